import type { QueryMethods, RunsSearchResult } from '../../../shared/contract/queries.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { searchRuns } from '../logs/search-runs.ts';
import type { EngineCore } from '../methods/engine-core.ts';
import { lendLogs } from '../methods/find-log.ts';
import { listRunPlaces } from '../run-directory/run-places.ts';

/** A search over all runs answers with what it has after this time (milliseconds) and can go on from there. */
const RUNS_SEARCH_MAX_MS = 20_000;

/** The searches of one client over all runs: one at a time, as each reads whatever there is. */
export class RunsSearches {
  private readonly core: EngineCore;
  private current: AbortController | null = null;
  private closed = false;

  constructor(core: EngineCore) {
    this.core = core;
  }

  /** Searches until there are hits enough, or time is up; `next` in the answer says where to go on. */
  async search(request: Parameters<QueryMethods['searchRuns']>[0]): Promise<Result<RunsSearchResult, Problem>> {
    this.current?.abort();
    const ending = new AbortController();
    this.current = ending;
    if (this.closed) ending.abort();
    const { pattern, limit, pipeline, source, from } = request;
    const places = listRunPlaces(this.core.runs).filter((place) => pipeline === null || place.pipeline === pipeline);
    try {
      const { signal } = ending;
      return await searchRuns({
        places,
        pattern,
        limit,
        source,
        from,
        lend: (...lent) => lendLogs(this.core, ...lent),
        signal,
        maxMs: RUNS_SEARCH_MAX_MS,
      });
    } finally {
      if (this.current === ending) this.current = null;
    }
  }

  /** Ends the search under way. */
  close(): void {
    this.closed = true;
    this.current?.abort();
  }
}
