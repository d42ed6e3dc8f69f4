import { closeSync, openSync, readSync } from 'node:fs';
import { isGzip } from '../../../resources/workers/sequences/gunzip.mjs';
import { countCompressed } from './count-compressed.ts';
import type { Counter } from './counter.ts';
import { type ContentEstimator, createCounter } from './create-counter.ts';

/** Bytes per read of a plain file: it stays in the processor's cache, and larger reads measured slower. */
export const READ_BYTES = 64 * 1024;

/** Fewer bytes than tell gzip from anything else, in a file that is named so, are what a broken copy leaves. */
const GZIP_MARK_BYTES = 2;

class CutOffError extends Error {
  readonly code = 'Z_BUF_ERROR';
}

/** Counts in files, one after the other, with one read buffer for all. For a thread of its own: plain files are read synchronously. */
export class FileCounter {
  readonly #buffer = Buffer.from(new ArrayBuffer(READ_BYTES));

  /**
   * The cost of one file; what begins like gzip is inflated, whatever its name.
   * @throws the system's error, one with zlib's code for a damaged or truncated file, or a sentence about what the file is
   */
  async count(file: string, estimator: ContentEstimator): Promise<number> {
    const counter = createCounter(estimator);
    if (this.#countPlain(file, counter) === 'gzip') await countCompressed(file, counter);
    return counter.finish();
  }

  #countPlain(file: string, counter: Counter): 'gzip' | 'plain' {
    const descriptor = openSync(file, 'r');
    try {
      let size = this.#read(descriptor);
      if (isGzip(this.#buffer.subarray(0, size))) return 'gzip';
      if (size < GZIP_MARK_BYTES && file.endsWith('.gz')) throw new CutOffError();
      for (; size > 0; size = this.#read(descriptor)) {
        counter.take(size === READ_BYTES ? this.#buffer : this.#buffer.subarray(0, size));
      }
      return 'plain';
    } finally {
      closeSync(descriptor);
    }
  }

  #read(descriptor: number): number {
    return readSync(descriptor, this.#buffer, 0, READ_BYTES, null);
  }
}
