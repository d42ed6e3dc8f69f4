import { closeSync, openSync } from 'node:fs';
import { isMissing } from '../../files/open-if-there.ts';
import { type SearchHit, searchFile } from './search-file.ts';
import type { HitBatch, SearchMessage, SearchOrder } from './search-messages.ts';

/** How far a search thread may be ahead of its reader, in bytes of text per batch and in batches. */
const HIT_BATCH_BYTES = 256 * 1024;
const HIT_BATCH_COUNT = 500;

/** How often a search reports its progress (milliseconds). */
const SEARCH_REPORT_MS = 250;

/**
 * Runs a search from beginning to end on the present thread, which it blocks: it reads synchronously and sleeps while the reader of the hits is
 * behind.
 */
export function runSearch(order: SearchOrder, post: (message: SearchMessage) => void): void {
  try {
    const fd = openSync(order.path, 'r');
    try {
      searchInBatches(fd, order, post);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    post(isMissing(error) ? { kind: 'missing' } : { kind: 'unreadable', message: String(error) });
  }
}

function searchInBatches(fd: number, order: SearchOrder, post: (message: SearchMessage) => void): void {
  const batches = new HitBatches(order, post);
  const limit = order.limit ?? Number.POSITIVE_INFINITY;
  let found = 0;
  let lines = 0;
  const onHit = (hit: SearchHit): boolean => {
    found += 1;
    batches.add(hit);
    return found < limit;
  };
  const searchedTo = searchFile(fd, order.search, onHit, {
    onCounted: (counted) => {
      lines = counted;
    },
    onReached: (reached, before) => batches.reach(reached, before),
  });
  batches.send();
  post({ kind: 'done', searchedTo, lines });
}

class HitBatches {
  private batch: HitBatch = emptyBatch();
  private bytes = 0;
  private sent = 0;
  private reportedAt = performance.now();
  private readonly taken: Int32Array;
  private readonly batchesAhead: number;
  private readonly post: (message: SearchMessage) => void;

  constructor({ taken, batchesAhead }: SearchOrder, post: (message: SearchMessage) => void) {
    this.taken = new Int32Array(taken);
    this.batchesAhead = batchesAhead;
    this.post = post;
  }

  /** Reports the progress of the search from time to time. */
  reach(searchedTo: number, lines: number): void {
    if (performance.now() - this.reportedAt < SEARCH_REPORT_MS) return;
    this.send();
    this.post({ kind: 'reached', searchedTo, lines });
    this.reportedAt = performance.now();
  }

  add(hit: SearchHit): void {
    this.batch.hits.push(hit);
    this.bytes += hit.text.length;
    // The first hit is sent at once: someone is waiting for it.
    if (this.sent === 0 || this.bytes >= HIT_BATCH_BYTES || this.batch.hits.length >= HIT_BATCH_COUNT) this.send();
  }

  send(): void {
    if (this.batch.hits.length === 0) return;
    this.waitForReader();
    this.post(this.batch);
    this.sent += 1;
    this.batch = emptyBatch();
    this.bytes = 0;
  }

  private waitForReader(): void {
    let taken = Atomics.load(this.taken, 0);
    while (this.sent - taken >= this.batchesAhead) {
      Atomics.wait(this.taken, 0, taken);
      taken = Atomics.load(this.taken, 0);
    }
  }
}

function emptyBatch(): HitBatch {
  return { kind: 'hits', hits: [] };
}
