import type { Worker } from 'node:worker_threads';
import { assertNever } from '../../../shared/assert-never.ts';
import type { LogHit } from '../../../shared/contract.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { startThread } from '../threads/start-thread.ts';
import type { SearchMessage, SearchOrder } from './search/search-messages.ts';
import { planSearch } from './search/search-pattern.ts';

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
}

interface GrepResult {
  hits: number;
  /** Byte offset up to which the log was searched. */
  searchedTo: number;
  stopped: 'end' | 'limit' | 'aborted';
}

/**
 * Searches a log for a regular expression (JavaScript, matched line by line) in a thread of its own, so that neither a large log nor a
 * pattern that backtracks for ever holds up anything else. A log that does not exist yet has no hits. A line longer than 1 MiB has its
 * text cut.
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
  const { from = 0, to = null, limit = null, lineNumbers = false } = options;
  if (options.signal?.aborted === true) {
    return ok({ hits: 0, searchedTo: from, stopped: 'aborted' });
  }
  const taken = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const search = { plan: plan.value, from, to, lineNumbers: lineNumbers && from === 0 };
  const order: SearchOrder = { path, search, limit, taken };
  const worker = startThread('search-thread', { workerData: order });
  try {
    return await new SearchReader(order, options).read(worker);
  } finally {
    await worker.terminate();
  }
}

class SearchReader {
  private hits = 0;
  private searchedTo: number;
  private readonly order: SearchOrder;
  private readonly options: GrepOptions;

  constructor(order: SearchOrder, options: GrepOptions) {
    this.order = order;
    this.options = options;
    this.searchedTo = order.search.from;
  }

  read(worker: Worker): Promise<Result<GrepResult, Problem>> {
    const { signal } = this.options;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => resolve(this.result('aborted'));
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (answer: Result<GrepResult, Problem>): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      let handling = Promise.resolve();
      worker.on('message', (message: SearchMessage) => {
        // One after the other, so that hits come in order and the end comes last.
        handling = handling.then(() => this.handle(message, settle)).catch(reject);
      });
      worker.once('error', reject);
    });
  }

  private async handle(message: SearchMessage, settle: (answer: Result<GrepResult, Problem>) => void): Promise<void> {
    switch (message.kind) {
      case 'hits':
        return this.handOver(message.hits);
      case 'done':
        this.searchedTo = message.searchedTo;
        return settle(this.result(message.limited ? 'limit' : 'end'));
      case 'missing':
        return settle(this.result('end'));
      case 'unreadable':
        return settle(err(unreadable(this.order.path, message.message)));
      default:
        return assertNever(message, 'search message');
    }
  }

  private async handOver(hits: LogHit[]): Promise<void> {
    for (const hit of hits) {
      if (this.options.signal?.aborted === true) {
        return;
      }
      this.hits += 1;
      this.searchedTo = hit.offset;
      await this.options.onHit(hit);
    }
    const taken = new Int32Array(this.order.taken);
    Atomics.add(taken, 0, 1);
    Atomics.notify(taken, 0);
  }

  private result(stopped: GrepResult['stopped']): Result<GrepResult, Problem> {
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
