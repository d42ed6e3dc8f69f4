import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../processes/threads.ts';
import type { FileSearch } from './search-file.ts';
import type { SearchMessage, SearchOrder } from './search-messages.ts';

const HIT_BATCHES_AHEAD = 4;
/** The same for the thread of a log's second half, whose hits wait until the first half is done. */
const HIT_BATCHES_HELD = 32;

/**
 * Threads that search one log after the other: the start of a thread costs more than most logs take. The maker closes it, when none of its searches
 * is running.
 */
export class SearchThreads {
  private readonly idle: Worker[] = [];

  /** Returns an idle thread. */
  take(): Worker {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    const thread = startThread('search-thread', import.meta.dirname);
    // The reader of the messages gets an error as well. When nobody reads them any more, it does not count.
    thread.on('error', () => undefined);
    return thread;
  }

  /** Takes back a thread that has sent its last message. */
  giveBack(thread: Worker): void {
    this.idle.push(thread);
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.terminate()));
  }
}

/** A running search in a thread that does nothing else. The maker ends it. */
export class SearchPart {
  readonly search: FileSearch;
  private readonly taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly limit: number;
  private readonly threads: SearchThreads;
  private readonly thread: Worker;
  private readonly events: AsyncIterator<SearchMessage[]>;
  private hits = 0;
  private answered = false;

  /** @param order.held its hits are not taken at once, so that it may get further ahead */
  constructor({
    path,
    search,
    limit,
    held,
    threads,
  }: { path: string; search: FileSearch; limit: number | null; held: boolean; threads: SearchThreads }) {
    this.search = search;
    this.limit = limit ?? Number.POSITIVE_INFINITY;
    this.threads = threads;
    this.thread = threads.take();
    // From now on the messages of the thread are kept until they are read.
    this.events = on(this.thread, 'message', { close: ['exit'] })[Symbol.asyncIterator]();
    const batchesAhead = held ? HIT_BATCHES_HELD : HIT_BATCHES_AHEAD;
    this.thread.postMessage({ path, search, limit, taken: this.taken.buffer, batchesAhead } satisfies SearchOrder);
  }

  /** Yields the messages of the thread. Each batch of hits counts as taken when the next message is requested. */
  async *messages(): AsyncGenerator<SearchMessage, void> {
    for (let message = await this.next(); message !== null; message = await this.next()) {
      yield message;
      if (message.kind === 'hits') {
        Atomics.add(this.taken, 0, 1);
        Atomics.notify(this.taken, 0);
      }
    }
  }

  async end(): Promise<void> {
    // After its last hit a search ends by itself, and at once.
    while (!this.answered && this.hits >= this.limit && (await this.next()) !== null);
    await this.events.return?.();
    if (this.answered) this.threads.giveBack(this.thread);
    else await this.thread.terminate();
  }

  /** Returns the next message; null when the thread has ended or has sent its last one. */
  private async next(): Promise<SearchMessage | null> {
    if (this.answered) return null;
    const event = await this.events.next();
    const message = event.done === true ? undefined : event.value[0];
    if (message === undefined) return null;
    if (message.kind === 'hits') this.hits += message.hits.length;
    else this.answered = message.kind !== 'reached';
    return message;
  }
}
