import { assertNever } from '../../../shared/assert-never.ts';
import type { LogHit } from '../../../shared/contract/logs.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { SEARCH_SPLIT_MIN_BYTES } from './limits.ts';
import type { HitBatch } from './search/search-messages.ts';
import { SearchPart } from './search/search-part.ts';
import { planSearch } from './search/search-pattern.ts';
import { splitSearch } from './search/split-search.ts';

interface GrepOptions {
  /** Takes each matching line, in order, and is awaited: a slow reader slows the search. */
  onHit: (hit: LogHit) => void | Promise<void>;
  /** Ends the search, whatever it is busy with. */
  signal?: AbortSignal | undefined;
  /** Byte offset of the first line; 0 by default. */
  from?: number | undefined;
  /** Byte offset to stop at; by default the size when the search begins. */
  to?: number | undefined;
  /** The most hits. */
  limit?: number | undefined;
  /** Count lines, so that hits have a number: costs time on a large log. Only where the search begins at 0. */
  lineNumbers?: boolean | undefined;
  /** From how many bytes on two threads share the search; only what it costs depends on it. */
  splitMinBytes?: number | undefined;
}

interface GrepResult {
  hits: number;
  /** Byte offset up to which the log was searched. */
  searchedTo: number;
  stopped: 'end' | 'limit' | 'aborted';
}

/**
 * Searches a log for a regular expression (JavaScript, matched line by line) in a thread of its own, or in two when it is large, so that
 * neither a large log nor a pattern that backtracks for ever holds up anything else. A log that does not exist yet has no hits. A line
 * longer than 1 MiB has its text cut.
 */
export async function grepLog(
  path: string,
  pattern: string,
  options: GrepOptions,
): Promise<Result<GrepResult, Problem>> {
  const plan = planSearch(pattern);
  if (!plan.ok) {
    return plan;
  }
  const { from = 0, to = null, limit = null, lineNumbers = false, splitMinBytes = SEARCH_SPLIT_MIN_BYTES } = options;
  const whole = { plan: plan.value, from, to, lineNumbers: lineNumbers && from === 0 };
  const searches = await splitSearch(path, whole, splitMinBytes);
  if (options.signal?.aborted === true) {
    return ok({ hits: 0, searchedTo: from, stopped: 'aborted' });
  }
  const parts = searches.map((search, index) => new SearchPart({ path, search, limit, held: index > 0 }));
  try {
    return await new SearchReader(path, from, options).read(parts);
  } finally {
    await Promise.all(parts.map((part) => part.end()));
  }
}

type GrepAnswer = Result<GrepResult, Problem>;

class SearchReader {
  private hits = 0;
  /** Lines that ended in the parts that are done. */
  private lines = 0;
  private searchedTo: number;
  private readonly path: string;
  private readonly options: GrepOptions;

  constructor(path: string, from: number, options: GrepOptions) {
    this.path = path;
    this.searchedTo = from;
    this.options = options;
  }

  read(parts: readonly SearchPart[]): Promise<GrepAnswer> {
    const { signal } = this.options;
    return new Promise<GrepAnswer>((resolve, reject) => {
      const onAbort = (): void => resolve(this.result('aborted'));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.readParts(parts)
        .then(resolve, reject)
        .finally(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  /** One after the other, so that hits come in file order; meanwhile the later ones search on. */
  private async readParts(parts: readonly SearchPart[]): Promise<GrepAnswer> {
    for (const part of parts) {
      const answer = await this.readPart(part);
      // A log that has become shorter has nothing in the parts that follow.
      if (answer !== null || this.searchedTo < (part.search.to ?? 0)) {
        return answer ?? this.result('end');
      }
    }
    return this.result('end');
  }

  /** Null when the part is done and the search goes on behind it. */
  private async readPart(part: SearchPart): Promise<GrepAnswer | null> {
    for await (const message of part.messages()) {
      switch (message.kind) {
        case 'hits':
          if (!(await this.handOver(message))) {
            return this.result(this.options.signal?.aborted === true ? 'aborted' : 'limit');
          }
          break;
        case 'done':
          this.searchedTo = message.searchedTo;
          this.lines += message.lines;
          return null;
        case 'missing':
          return this.result('end');
        case 'unreadable':
          return err(unreadable(this.path, message.message));
        default:
          return assertNever(message, 'search message');
      }
    }
    throw new Error('A search thread ended without having said so');
  }

  /** False when no more hits are wanted. */
  private async handOver({ hits, searchedTo }: HitBatch): Promise<boolean> {
    const { signal, limit = Number.POSITIVE_INFINITY, onHit } = this.options;
    for (const [index, { line, offset, text }] of hits.entries()) {
      if (signal?.aborted === true) {
        return false;
      }
      this.hits += 1;
      this.searchedTo = offset;
      await onHit({ line: line === null ? null : this.lines + line, offset, text });
      if (this.hits >= limit) {
        this.searchedTo = searchedTo[index] ?? offset;
        return false;
      }
    }
    return true;
  }

  private result(stopped: GrepResult['stopped']): GrepAnswer {
    return ok({ hits: this.hits, searchedTo: this.searchedTo, stopped });
  }
}

function unreadable(path: string, message: string): Problem {
  return problem(
    'unreadable-input',
    `The log ${path} cannot be searched: ${message}.`,
    'Check that it is a file and may be read.',
  );
}
