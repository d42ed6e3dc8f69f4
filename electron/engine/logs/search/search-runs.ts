import type { LogSource } from '../../../../shared/contract/logs.ts';
import type { RunsSearchResult, UnsearchedLog } from '../../../../shared/contract/queries.ts';
import { stepFolder } from '../../../../shared/ids.ts';
import type { Problem } from '../../../../shared/problem.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import type { RunPlace } from '../../run-directory/run-places.ts';
import type { LogsFound } from '../find-log-sources.ts';
import { grepLog } from './grep-log.ts';
import { SearchThreads } from './search-part.ts';
import { planSearch } from './search-pattern.ts';

/**
 * A search over many runs stops searching a log when it makes no progress for this long (milliseconds). A block of 64 KiB takes less than a tenth of
 * a second, unless the pattern backtracks or the disk hangs.
 */
const RUNS_SEARCH_STALL_MS = 8_000;
/** The least time that is given to each run that it begins with (milliseconds). */
const RUNS_SEARCH_LEAST_MS = 1_000;
/** How many hits of one log a search over many runs takes: the first ones show what is there. The log itself has the rest. */
const RUNS_SEARCH_LOG_HITS = 20;
/** A hit of such a search is a line in a list (characters). */
const RUNS_SEARCH_HIT_CHARS = 400;

interface RunsSearch {
  /** Newest first. */
  places: readonly RunPlace[];
  /** A regular expression, as for one log. */
  pattern: string;
  /** The most hits. */
  limit: number;
  /** Only logs of this name, such as `worker_0`; null for all. */
  source: string | null;
  /** Where to continue, as given by an earlier answer, or the run to begin with; null for the newest. */
  from: string | null;
  /** Provides the logs of a run while they are being read. */
  lend: <T>(directory: string, read: (logs: LogsFound) => Promise<T>) => Promise<T>;
  /** Ends the search with what it has. */
  signal: AbortSignal;
  /** Ends it in the same way after this time (milliseconds). */
  maxMs: number;
  /** Stops searching a log in which the search makes no progress for this long (milliseconds). */
  stallMs?: number;
}

/** A position in a log. */
interface LogPlace {
  source: string;
  step: number | null;
  offset: number;
  /** How many lines are before it; null when unknown. */
  lines: number | null;
}

/**
 * Searches the logs of many runs, one after the other, the newest run first. Of one log only the first hits are taken, so that a log with many hits
 * does not hide the others. The answer accounts for every log: searched, skipped and why, or left for the next call.
 */
export async function searchRuns(search: RunsSearch): Promise<Result<RunsSearchResult, Problem>> {
  const plan = planSearch(search.pattern);
  if (!plan.ok) return plan;
  const threads = new SearchThreads();
  try {
    return ok(await new RunsSearching(search, threads).run());
  } finally {
    await threads.close();
  }
}

class RunsSearching {
  private readonly result: RunsSearchResult = {
    hits: [],
    runs: 0,
    bytes: 0,
    cut: 0,
    unsearched: [],
    next: null,
    left: 0,
  };
  private readonly search: RunsSearch;
  private readonly threads: SearchThreads;
  private readonly deadline: number;
  /** Ends what is running in the present run. */
  private signal: AbortSignal;

  constructor(search: RunsSearch, threads: SearchThreads) {
    this.search = search;
    this.threads = threads;
    this.signal = search.signal;
    this.deadline = performance.now() + search.maxMs;
  }

  async run(): Promise<RunsSearchResult> {
    const { from, lend } = this.search;
    const [firstRun, ...inRun] = from?.split('/') ?? [];
    const places = this.search.places.filter(({ run }) => firstRun === undefined || run <= firstRun);
    for (const [index, place] of places.entries()) {
      const begin = place.run === firstRun ? parsePlace(inRun) : null;
      const next =
        this.isOver() || (index > 0 && performance.now() >= this.deadline)
          ? (begin ?? 'all')
          : await lend(place.directory, (found) => this.inTime(() => this.searchRun(place, found, begin)));
      if (next !== null) return { ...this.result, next: placeText(place.run, next), left: places.length - index };
      this.result.runs += 1;
    }
    return this.result;
  }

  /** Time counts while logs are read: every run that was prepared, maybe unpacked, is searched for a while, so that the search makes progress. */
  private async inTime<T>(read: () => Promise<T>): Promise<T> {
    const ending = new AbortController();
    const left = Math.max(RUNS_SEARCH_LEAST_MS, this.deadline - performance.now());
    const timer = setTimeout(() => ending.abort(), left);
    this.signal = AbortSignal.any([this.search.signal, ending.signal]);
    try {
      return await read();
    } finally {
      clearTimeout(timer);
      this.signal = this.search.signal;
    }
  }

  /** Searches one run. @returns where to continue in the run; null when it has been searched */
  private async searchRun(
    place: RunPlace,
    { logs, unreadable }: LogsFound,
    begin: LogPlace | null,
  ): Promise<LogPlace | null> {
    for (const { step, source, message } of unreadable)
      if (begin === null) this.skip(place, { step, source, offset: 0, reason: 'unreadable', message });
    const first =
      begin === null
        ? 0
        : Math.max(
            0,
            logs.findIndex((log) => isLog(log, begin)),
          );
    for (const log of logs.slice(first)) {
      if (this.search.source !== null && this.search.source !== log.source) continue;
      const { source, step } = log;
      const start = begin !== null && isLog(log, begin) ? begin : { source, step, offset: 0, lines: 0 };
      const next = this.isOver() ? start : await this.searchLog(place, log, start);
      if (next !== null) return next;
    }
    return null;
  }

  /** Searches one log. @returns where to continue in the log; null when it is finished */
  private async searchLog(place: RunPlace, { path }: LogSource, start: LogPlace): Promise<LogPlace | null> {
    const { pattern, limit, stallMs = RUNS_SEARCH_STALL_MS } = this.search;
    const { source, step, offset: from, lines: linesBefore } = start;
    const { run, pipeline } = place;
    const searched = await grepLog(path, pattern, {
      from,
      limit: Math.min(RUNS_SEARCH_LOG_HITS, limit - this.result.hits.length),
      lineNumbers: true,
      linesBefore: linesBefore ?? undefined,
      stallMs,
      threads: this.threads,
      signal: this.signal,
      onHit: ({ line, offset, text }) => {
        this.result.hits.push({
          run,
          pipeline,
          source,
          step,
          line,
          offset,
          text: text.slice(0, RUNS_SEARCH_HIT_CHARS),
        });
      },
    });
    if (!searched.ok) {
      const { message } = searched.error;
      this.skip(place, { source, step, offset: from, reason: 'unreadable', message });
      return null;
    }
    const { stopped, searchedTo: offset, lines } = searched.value;
    this.result.bytes += Math.max(0, offset - from);
    if (stopped === 'aborted') return { source, step, offset, lines };
    if (stopped === 'stalled') {
      const message = `The search made no progress for ${stallMs / 1000} s and was stopped: this log is too slow to search for the pattern.`;
      this.skip(place, { source, step, offset, reason: 'slow', message });
    }
    if (stopped === 'limit') {
      if (this.isOver()) return { source, step, offset, lines };
      this.result.cut += 1;
    }
    return null;
  }

  private skip({ run, pipeline }: RunPlace, log: Omit<UnsearchedLog, 'run' | 'pipeline'>): void {
    if (this.search.source !== null && log.source !== null && log.source !== this.search.source) return;
    this.result.unsearched.push({ run, pipeline, ...log });
  }

  private isOver(): boolean {
    return this.signal.aborted || this.result.hits.length >= this.search.limit;
  }
}

function isLog(log: LogSource, { source, step }: LogPlace): boolean {
  return log.source === source && log.step === step;
}

/** Returns `RUN`, or `RUN/step_001/worker_0@OFFSET:LINES` as the log is placed in the run's folder. */
function placeText(run: string, at: LogPlace | 'all'): string {
  if (at === 'all') return run;
  const folder = at.step === null ? '' : `${stepFolder(at.step)}/`;
  return `${run}/${folder}${at.source}@${at.offset}${at.lines === null ? '' : `:${at.lines}`}`;
}

/** Parses what follows the run in such a text. */
function parsePlace(parts: readonly string[]): LogPlace | null {
  const [, source = '', offset = '', lines] = /^([^@]+)@(\d+)(?::(\d+))?$/.exec(parts.at(-1) ?? '') ?? [];
  if (source === '') return null;
  const step = parts.length > 1 ? Number(/\d+$/.exec(parts[0] ?? '')?.[0]) : null;
  return { source, step, offset: Number(offset), lines: lines === undefined ? null : Number(lines) };
}
