import { closeSync, openSync, writeSync } from 'node:fs';

/** Makes few large writes instead of one per row. */
const BLOCK_BYTES = 1024 * 1024;

/**
 * Writes a file from its beginning in large blocks, and patches its beginning at the end. Writes block: a writer that is
 * faster than the disk must not fill the memory.
 */
export class BlockWriter {
  #descriptor;
  #block;
  #used = 0;
  #position = 0;

  /** @param {string} path @param {number} [unit] bytes that `take` hands out at a time; a block holds a whole number of them */
  constructor(path, unit = 1) {
    this.#descriptor = openSync(path, 'w');
    this.#block = new ArrayBuffer(Math.max(1, Math.floor(BLOCK_BYTES / unit)) * unit);
  }

  /**
   * Adds bytes.
   * @param {Uint8Array} bytes
   */
  write(bytes) {
    if (this.#used + bytes.length > this.#block.byteLength) this.flush();
    if (bytes.length > this.#block.byteLength) {
      this.#writeAll(bytes);
      return;
    }
    new Uint8Array(this.#block, this.#used, bytes.length).set(bytes);
    this.#used += bytes.length;
  }

  /**
   * Returns space for the next `count` float32 numbers, to be filled before any other call.
   * @param {number} count
   */
  takeFloats(count) {
    const length = count * Float32Array.BYTES_PER_ELEMENT;
    if (this.#used + length > this.#block.byteLength) this.flush();
    const floats = new Float32Array(this.#block, this.#used, count);
    this.#used += length;
    return floats;
  }

  /** Writes the added bytes to the file. */
  flush() {
    const bytes = new Uint8Array(this.#block, 0, this.#used);
    this.#used = 0;
    this.#writeAll(bytes);
  }

  /**
   * Overwrites the file's first bytes.
   * @param {Uint8Array} bytes
   */
  patchBeginning(bytes) {
    writeSync(this.#descriptor, bytes, 0, bytes.length, 0);
  }

  /** Closes the file; bytes that were not flushed are lost. */
  close() {
    closeSync(this.#descriptor);
  }

  /** @param {Uint8Array} bytes */
  #writeAll(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const written = writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#position);
      at += written;
      this.#position += written;
    }
  }
}
