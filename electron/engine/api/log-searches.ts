import type { LogHit } from '../../../shared/contract/logs.ts';
import type { QueryMethods, RunsSearchResult } from '../../../shared/contract/queries.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { grepLog } from '../logs/search/grep-log.ts';
import { searchRuns } from '../logs/search/search-runs.ts';
import { listRunPlaces } from '../run-directory/run-places.ts';
import type { EngineCore } from './engine-core.ts';
import { lendLogs } from './log-methods.ts';

/** The most searches of one client at once, each a thread that reads as fast as it can; others wait for their turn. */
const SEARCHES_PER_CLIENT = 2;

/** A search that takes longer than this ends with what it has (milliseconds): a 5 GB log takes half of it, a pattern may never end. */
const SEARCH_MAX_MS = 60_000;

/** A hit's text is cut at this length (characters): a list of hits shows less, and the offset says where the rest is. */
const HIT_TEXT_CHARS = 2_000;

/** The hits of one answer hold at most this much text (characters), so that it stays one message of moderate size. */
const ANSWER_TEXT_CHARS = 4 * 1024 * 1024;

/** A search over all runs answers with what it has after this time (milliseconds) and can go on from there. */
const RUNS_SEARCH_MAX_MS = 20_000;

/** What is searched for in a log. */
interface LogSearch {
  path: string;
  pattern: string;
  /** The most hits. */
  limit: number;
}

interface LogSearchAnswer {
  hits: LogHit[];
  /** True when the search ended before the log did. */
  more: boolean;
}

/** How long a search may take (milliseconds), and how many go on at once. */
interface LogSearchLimits {
  maxMs: number;
  atOnce: number;
}

const LIMITS: LogSearchLimits = { maxMs: SEARCH_MAX_MS, atOnce: SEARCHES_PER_CLIENT };

/**
 * The searches of one client. Few run at once, the others wait. A new search of a log ends an earlier one of the same log, which then
 * answers with the hits it has: a person who types on does not need the results of what was typed before.
 */
export class LogSearches {
  private readonly limits: LogSearchLimits;
  private readonly byPath = new Map<string, AbortController>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private closed = false;

  constructor(limits: Partial<LogSearchLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  /** Searches a log; hits come in file order, with their line numbers. */
  async search(search: LogSearch): Promise<Result<LogSearchAnswer, Problem>> {
    this.byPath.get(search.path)?.abort();
    const ending = new AbortController();
    if (this.closed) ending.abort();
    this.byPath.set(search.path, ending);
    await this.takeTurn();
    try {
      return await collectHits(search, ending, this.limits.maxMs);
    } finally {
      this.leaveTurn();
      if (this.byPath.get(search.path) === ending) this.byPath.delete(search.path);
    }
  }

  /** Ends all searches. */
  close(): void {
    this.closed = true;
    for (const ending of this.byPath.values()) ending.abort();
  }

  private async takeTurn(): Promise<void> {
    // A search that is woken takes the place of the one that ended.
    if (this.running >= this.limits.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
  }

  private leaveTurn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}

async function collectHits(
  { path, pattern, limit }: LogSearch,
  ending: AbortController,
  maxMs: number,
): Promise<Result<LogSearchAnswer, Problem>> {
  const hits: LogHit[] = [];
  let chars = 0;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    ending.abort();
  }, maxMs);
  const onHit = (hit: LogHit): void => {
    const text = hit.text.slice(0, HIT_TEXT_CHARS);
    chars += text.length;
    hits.push({ line: hit.line, offset: hit.offset, text });
    if (chars >= ANSWER_TEXT_CHARS) ending.abort();
  };
  try {
    // One more than is wanted tells whether there are more.
    const searched = await grepLog(path, pattern, {
      onHit,
      signal: ending.signal,
      limit: limit + 1,
      lineNumbers: true,
    });
    if (!searched.ok) return searched;
    if (timedOut && hits.length === 0) return err(tooSlow(pattern, maxMs));
    return ok({ hits: hits.slice(0, limit), more: searched.value.stopped !== 'end' });
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(pattern: string, maxMs: number): Problem {
  return problem(
    'invalid-usage',
    `The search for \`${pattern}\` found nothing within ${maxMs / 1000} s and was ended.`,
    'Search for a plain text, or for a pattern without nested repetitions.',
  );
}

/** The searches of one client over all runs: one at a time, because each reads all logs. */
export class RunsSearches {
  private readonly core: EngineCore;
  private current: AbortController | null = null;
  private closed = false;

  constructor(core: EngineCore) {
    this.core = core;
  }

  /** Searches until there are enough hits or the time is over. `next` in the answer says where to go on. */
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
