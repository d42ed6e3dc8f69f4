import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../threads/start-thread.ts';
import { HIT_BATCHES_AHEAD, HIT_BATCHES_HELD } from '../limits.ts';
import type { FileSearch } from './search-file.ts';
import type { SearchMessage, SearchOrder } from './search-messages.ts';

/** A search under way in a thread of its own; whoever made it ends it. */
export class SearchPart {
  readonly search: FileSearch;
  private readonly taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly worker: Worker;
  private readonly events: AsyncIterable<SearchMessage[]>;

  /** @param order.held its hits are not taken at once, so that it may get further ahead */
  constructor({
    path,
    search,
    limit,
    held,
  }: { path: string; search: FileSearch; limit: number | null; held: boolean }) {
    this.search = search;
    const batchesAhead = held ? HIT_BATCHES_HELD : HIT_BATCHES_AHEAD;
    const order: SearchOrder = { path, search, limit, taken: this.taken.buffer, batchesAhead };
    this.worker = startThread('search-thread', { workerData: order });
    // An error is met by whoever reads the messages; when nobody does any more, it does not count.
    this.worker.on('error', () => undefined);
    // From now on what the thread sends is kept until it is read.
    this.events = on(this.worker, 'message', { close: ['exit'] });
  }

  /** What the thread sends; each batch of hits counts as taken when the next message is asked for. */
  async *messages(): AsyncGenerator<SearchMessage, void> {
    for await (const [message] of this.events) {
      if (message === undefined) {
        continue;
      }
      yield message;
      if (message.kind === 'hits') {
        Atomics.add(this.taken, 0, 1);
        Atomics.notify(this.taken, 0);
      }
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
