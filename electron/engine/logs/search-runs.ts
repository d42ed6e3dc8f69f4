import type { LogSource } from '../../../shared/contract/logs.ts';
import type { RunsSearchResult } from '../../../shared/contract/queries.ts';
import { type Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { RunPlace } from '../runs/run-places.ts';
import { grepLog } from './grep-log.ts';
import { RUNS_SEARCH_HIT_CHARS, RUNS_SEARCH_LOG_HITS } from './limits.ts';

interface RunsSearch {
  /** Newest first. */
  places: readonly RunPlace[];
  /** A regular expression, as for one log. */
  pattern: string;
  /** The most hits. */
  limit: number;
  /** Only logs of this name, such as `worker_0`; null for all. */
  source: string | null;
  /** Gives the logs of a run for as long as they are looked at. */
  lend: <T>(directory: string, look: (logs: readonly LogSource[]) => Promise<T>) => Promise<T>;
  /** Ends the search with what it has. */
  signal: AbortSignal;
}

/**
 * Searches the logs of many runs, one after the other, the newest run first. Of one log only the first hits are taken, so that one that is full
 * of them does not hide the others.
 */
export async function searchRuns(search: RunsSearch): Promise<Result<RunsSearchResult, Problem>> {
  const result: RunsSearchResult = { hits: [], runs: 0, bytes: 0, next: null };
  for (const place of search.places) {
    if (search.signal.aborted || result.hits.length >= search.limit) {
      result.next = place.run;
      return ok(result);
    }
    const before = result.hits.length;
    const found = await search.lend(place.directory, (logs) => searchRun(place, logs, search, result));
    if (!found.ok) return found;
    if (search.signal.aborted && result.runs > 0) {
      // Begun anew by whoever goes on; a run that takes all the time alone keeps what was found.
      result.hits.length = before;
      result.next = place.run;
      return ok(result);
    }
    result.runs += 1;
  }
  return ok(result);
}

async function searchRun(
  place: RunPlace,
  logs: readonly LogSource[],
  search: RunsSearch,
  result: RunsSearchResult,
): Promise<Result<void, Problem>> {
  const { pattern, limit, signal } = search;
  for (const { source, step, path, size } of logs) {
    if (signal.aborted || result.hits.length >= limit) break;
    if (search.source !== null && search.source !== source) continue;
    const searched = await grepLog(path, pattern, {
      limit: Math.min(RUNS_SEARCH_LOG_HITS, limit - result.hits.length),
      lineNumbers: true,
      signal,
      onHit: ({ line, offset, text }) => {
        const { run, pipeline } = place;
        result.hits.push({ run, pipeline, source, step, line, offset, text: text.slice(0, RUNS_SEARCH_HIT_CHARS) });
      },
    });
    if (!searched.ok) return searched;
    result.bytes += size;
  }
  return ok(undefined);
}
