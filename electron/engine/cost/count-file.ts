import { closeSync, openSync, readSync } from 'node:fs';
import { countCompressed } from './count-compressed.ts';
import type { Counter } from './counter.ts';
import { type ContentEstimator, createCounter } from './create-counter.ts';
import { READ_BYTES } from './limits.ts';

/** Counts in files, one after the other, with one read buffer for all. For a thread of its own: plain files are read synchronously. */
export class FileCounter {
  readonly #buffer = Buffer.from(new ArrayBuffer(READ_BYTES));

  /**
   * The cost of one file; `.gz` is inflated.
   * @throws the system's error, or zlib's for a damaged or truncated file
   */
  async count(file: string, estimator: ContentEstimator): Promise<number> {
    const counter = createCounter(estimator);
    if (file.endsWith('.gz')) await countCompressed(file, counter);
    else this.#countPlain(file, counter);
    return counter.finish();
  }

  #countPlain(file: string, counter: Counter): void {
    const descriptor = openSync(file, 'r');
    try {
      for (let size = this.#read(descriptor); size > 0; size = this.#read(descriptor)) {
        counter.take(size === READ_BYTES ? this.#buffer : this.#buffer.subarray(0, size));
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #read(descriptor: number): number {
    return readSync(descriptor, this.#buffer, 0, READ_BYTES, null);
  }
}
