import { closeSync, openSync } from 'node:fs';
import { HIT_BATCH_BYTES, HIT_BATCH_COUNT, HIT_BATCHES_AHEAD } from '../limits.ts';
import { isMissing } from '../open-if-there.ts';
import { type SearchHit, searchFile } from './search-file.ts';
import type { SearchMessage, SearchOrder } from './search-messages.ts';

/**
 * Carries out a search from beginning to end on the present thread, which it blocks: it reads synchronously and sleeps while the reader
 * of the hits is behind.
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
  const batches = new HitBatches(order.taken, post);
  let found = 0;
  let limited = false;
  const searchedTo = searchFile(fd, order.search, (hit) => {
    found += 1;
    batches.add(hit);
    limited = order.limit !== null && found >= order.limit;
    return !limited;
  });
  batches.send();
  post({ kind: 'done', searchedTo, limited });
}

class HitBatches {
  private hits: SearchHit[] = [];
  private bytes = 0;
  private sent = 0;
  private readonly taken: Int32Array;
  private readonly post: (message: SearchMessage) => void;

  constructor(taken: SharedArrayBuffer, post: (message: SearchMessage) => void) {
    this.taken = new Int32Array(taken);
    this.post = post;
  }

  add(hit: SearchHit): void {
    this.hits.push(hit);
    this.bytes += hit.text.length;
    // The first hit goes at once: someone is waiting for it.
    if (this.sent === 0 || this.bytes >= HIT_BATCH_BYTES || this.hits.length >= HIT_BATCH_COUNT) {
      this.send();
    }
  }

  send(): void {
    if (this.hits.length === 0) {
      return;
    }
    this.waitForReader();
    this.post({ kind: 'hits', hits: this.hits });
    this.sent += 1;
    this.hits = [];
    this.bytes = 0;
  }

  private waitForReader(): void {
    let taken = Atomics.load(this.taken, 0);
    while (this.sent - taken >= HIT_BATCHES_AHEAD) {
      Atomics.wait(this.taken, 0, taken);
      taken = Atomics.load(this.taken, 0);
    }
  }
}
