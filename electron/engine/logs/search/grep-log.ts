import { Buffer } from 'node:buffer';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { LogHit } from '../../../../shared/contract/logs.ts';
import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { READ_BLOCK_BYTES } from '../limits.ts';
import type { FileSearch } from './search-file.ts';
import type { HitBatch } from './search-messages.ts';
import { SearchPart, SearchThreads } from './search-part.ts';
import { planSearch } from './search-pattern.ts';

/** From this size on a log is searched by two threads. Below it, starting another takes as long as it saves (bytes). */
const SEARCH_SPLIT_MIN_BYTES = 64 * 1024 * 1024;

/** How many checks in a row must show a stall. */
const STALL_CHECKS = 4;

/** How far after the middle a line start is searched for to split at (bytes). */
const SPLIT_SEARCH_BYTES = 1024 * 1024;

const NEWLINE = 10;

interface GrepOptions {
  /** Takes each matching line, in order, and is awaited: a slow reader slows the search. */
  onHit: (hit: LogHit) => void | Promise<void>;
  /** Ends the search, whatever it is doing. */
  signal?: AbortSignal | undefined;
  /** Byte offset of the first line; 0 by default. */
  from?: number | undefined;
  /** Byte offset to stop at; by default the size when the search begins. */
  to?: number | undefined;
  /** The most hits. */
  limit?: number | undefined;
  /** Counts lines, so that hits have a number. This costs time on a large log. Only where the number of lines before `from` is known. */
  lineNumbers?: boolean | undefined;
  /** Lines before `from`; known to be 0 at 0. */
  linesBefore?: number | undefined;
  /** Stops the search of the log when it makes no progress for this long (milliseconds). */
  stallMs?: number | undefined;
  /** Threads that serve other searches afterwards; by default the search has its own. */
  threads?: SearchThreads | undefined;
  /** From how many bytes on two threads share the search. It affects only the cost. */
  splitMinBytes?: number | undefined;
}

interface GrepResult {
  hits: number;
  /** The start of a line before which everything was searched and every hit passed on: a search from there misses nothing. */
  searchedTo: number;
  /** How many lines are before that; null when they are not counted. */
  lines: number | null;
  stopped: 'end' | 'limit' | 'aborted' | 'stalled';
}

/**
 * Searches a log for a regular expression (JavaScript, matched line by line) in a thread of its own, or in two when it is large. So neither a large
 * log nor a pattern that backtracks for ever blocks anything else. A log that does not exist yet has no hits. The text of a line longer than 1 MiB is
 * cut.
 */
export async function grepLog(
  path: string,
  pattern: string,
  options: GrepOptions,
): Promise<Result<GrepResult, Problem>> {
  const plan = planSearch(pattern);
  if (!plan.ok) return plan;
  const { from = 0, to = null, limit = null, splitMinBytes = SEARCH_SPLIT_MIN_BYTES } = options;
  const linesBefore = options.lineNumbers === true ? (options.linesBefore ?? (from === 0 ? 0 : null)) : null;
  const whole = { plan: plan.value, from, to, lineNumbers: linesBefore !== null };
  const searches = await splitSearch(path, whole, splitMinBytes);
  if (options.signal?.aborted === true)
    return ok({ hits: 0, searchedTo: from, lines: linesBefore, stopped: 'aborted' });
  const threads = options.threads ?? new SearchThreads();
  const parts = searches.map((search, index) => new SearchPart({ path, search, limit, held: index > 0, threads }));
  try {
    return await new SearchReader(path, { offset: from, lines: linesBefore }, options).read(parts);
  } finally {
    await Promise.all(parts.map((part) => part.end()));
    if (options.threads === undefined) await threads.close();
  }
}

type GrepAnswer = Result<GrepResult, Problem>;

class SearchReader {
  private hits = 0;
  /** Lines before the part that is being read; null when they are not counted. */
  private before: number | null;
  private searchedTo: number;
  private lines: number | null;
  /** When the last message came. */
  private lastMessageAt = performance.now();
  private readonly path: string;
  private readonly options: GrepOptions;

  constructor(path: string, { offset, lines }: { offset: number; lines: number | null }, options: GrepOptions) {
    this.path = path;
    this.searchedTo = offset;
    this.lines = lines;
    this.before = lines;
    this.options = options;
  }

  read(parts: readonly SearchPart[]): Promise<GrepAnswer> {
    const { signal, stallMs } = this.options;
    return new Promise<GrepAnswer>((resolve, reject) => {
      const onAbort = (): void => resolve(this.result('aborted'));
      const watch = stallMs === undefined ? undefined : this.watch(stallMs, () => resolve(this.result('stalled')));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.readParts(parts)
        .then(resolve, reject)
        .finally(() => signal?.removeEventListener('abort', onAbort))
        .finally(() => clearInterval(watch));
    });
  }

  /** Checks several times before it reports a stall: the present thread may have been busy while messages came. */
  private watch(stallMs: number, onStall: () => void): NodeJS.Timeout {
    let checks = 0;
    return setInterval(() => {
      checks = performance.now() - this.lastMessageAt < stallMs ? 0 : checks + 1;
      if (checks >= STALL_CHECKS) onStall();
    }, stallMs / STALL_CHECKS);
  }

  /** Reads the parts one after the other, so that hits come in file order. The later parts are searched meanwhile. */
  private async readParts(parts: readonly SearchPart[]): Promise<GrepAnswer> {
    for (const part of parts) {
      const answer = await this.readPart(part);
      // A log that has become shorter has nothing in the following parts.
      if (answer !== null || this.searchedTo < (part.search.to ?? 0)) return answer ?? this.result('end');
    }
    return this.result('end');
  }

  /** Reads one part. Null when it is done and the search continues after it. */
  private async readPart(part: SearchPart): Promise<GrepAnswer | null> {
    this.lastMessageAt = performance.now();
    for await (const message of part.messages()) {
      this.lastMessageAt = performance.now();
      switch (message.kind) {
        case 'reached':
          this.reach(message.searchedTo, message.lines);
          break;
        case 'hits':
          if (!(await this.passOn(message)))
            return this.result(this.options.signal?.aborted === true ? 'aborted' : 'limit');
          break;
        case 'done':
          this.reach(message.searchedTo, message.lines);
          this.before = this.lines;
          return null;
        case 'missing':
          return this.result('end');
        case 'unreadable':
          return err(unreadable(this.path, message.message));
        default:
          return assertNever(message, 'search message');
      }
    }
    throw new Error('A search thread ended without its last message');
  }

  /** Returns false when no more hits are wanted. */
  private async passOn({ hits }: HitBatch): Promise<boolean> {
    const { signal, limit = Number.POSITIVE_INFINITY, onHit } = this.options;
    for (const { line, offset, end, text } of hits) {
      if (signal?.aborted === true) return false;
      this.hits += 1;
      this.reach(end, line ?? 0);
      await onHit({ line: this.lines, offset, text });
      if (this.hits >= limit) return false;
    }
    return true;
  }

  /** @param lines those of the part that end before */
  private reach(searchedTo: number, lines: number): void {
    this.searchedTo = searchedTo;
    this.lines = this.before === null ? null : this.before + lines;
  }

  private result(stopped: GrepResult['stopped']): GrepAnswer {
    return ok({ hits: this.hits, searchedTo: this.searchedTo, lines: this.lines, stopped });
  }
}

function unreadable(path: string, message: string): Problem {
  return problem(
    'unreadable-input',
    `The log ${path} cannot be searched: ${message}.`,
    'Check that it is a file and may be read.',
  );
}

/**
 * Splits a search in a large file into two, one after the other in the file, which together find the same as the one. Returns the one where a split
 * is not worth it or not possible.
 * @param minBytes below this there is one
 */
export async function splitSearch(path: string, search: FileSearch, minBytes: number): Promise<FileSearch[]> {
  try {
    const stats = await stat(path);
    const to = Math.min(search.to ?? Number.POSITIVE_INFINITY, stats.size);
    if (!stats.isFile() || to - search.from < Math.max(minBytes, 2 * READ_BLOCK_BYTES)) return [search];
    const file = await open(path, 'r');
    try {
      return await splitInTheMiddle(file, { ...search, to });
    } finally {
      await file.close();
    }
  } catch {
    // The search itself meets the same error and reports it.
    return [search];
  }
}

/**
 * Splits at a line start, or at a block border where a line is too long to be matched as a whole. There the second search begins with the line begun
 * before it, just as one search would continue.
 */
async function splitInTheMiddle(file: FileHandle, search: FileSearch & { to: number }): Promise<FileSearch[]> {
  const block = Buffer.allocUnsafe(READ_BLOCK_BYTES);
  let at = search.from + Math.floor((search.to - search.from) / 2 / READ_BLOCK_BYTES) * READ_BLOCK_BYTES;
  const end = Math.min(search.to - READ_BLOCK_BYTES, at + SPLIT_SEARCH_BYTES);
  for (; at <= end; at += READ_BLOCK_BYTES) {
    const { bytesRead } = await file.read(block, 0, READ_BLOCK_BYTES, at);
    const newline = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (bytesRead === READ_BLOCK_BYTES && newline >= 0) {
      const border = at + newline + 1;
      const begun = Uint8Array.from(block.subarray(newline + 1));
      return [
        { ...search, to: border },
        { ...search, from: border, begun },
      ];
    }
  }
  return [search];
}
