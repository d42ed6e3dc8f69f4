import { endianness } from 'node:os';
import { BlockWriter } from './block-writer.mjs';

/**
 * The length of header and magic. The format requires a multiple of 64; 128 leaves room for any number of rows, so that the shape can be
 * filled in after the last row.
 */
const HEADER_BYTES = 128;
/** Magic, version 1.0, and the length of what follows as two bytes, little-endian. */
const PREFIX = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, HEADER_BYTES - 10, 0]);

/**
 * Writes a NumPy array file (format version 1.0) of float32 rows, whose number need not be known in advance.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export class NpyWriter {
  /** Rows written so far. */
  rows = 0;
  #columns;
  #file;

  /** @param {string} path @param {number} columns */
  constructor(path, columns) {
    if (endianness() !== 'LE')
      throw new Error('This machine is big-endian: rows would be written in the wrong byte order.');
    this.#columns = columns;
    const header = makeHeader(0, columns);
    this.#file = new BlockWriter(path, columns * Float32Array.BYTES_PER_ELEMENT);
    this.#file.write(header);
    this.#file.flush();
  }

  /** Returns the next row, to be filled before the next call. */
  takeRow() {
    this.rows += 1;
    return this.#file.takeFloats(this.#columns);
  }

  /** Writes the remaining bytes and the shape. */
  finish() {
    this.#file.flush();
    this.#file.patchBeginning(makeHeader(this.rows, this.#columns));
  }

  /** Closes the file. */
  close() {
    this.#file.close();
  }
}

/** @param {number} rows @param {number} columns */
function makeHeader(rows, columns) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  return Buffer.concat([PREFIX, Buffer.from(`${text.padEnd(HEADER_BYTES - PREFIX.length - 1)}\n`)]);
}
