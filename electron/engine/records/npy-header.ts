import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The `.npy` format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3. */
const MAGIC = Buffer.from('\u0093NUMPY', 'latin1');
/** Headers of plain arrays take 128 bytes; numpy itself refuses to read longer ones than 10,000. */
const HEAD_BYTES = 10_240;

export interface NpyHeader {
  /** The first number of the shape; 1 for a single value. */
  rows: number;
  /** Bytes that header and values take together; null for types whose size the header does not tell. */
  expected_bytes: number | null;
  /** Bytes of the file. */
  bytes: number;
}

/** Reads the header of a `.npy` file; null when it is none or cannot be read. */
export function readNpyHeader(path: string): NpyHeader | null {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const length = readSync(file, head, 0, HEAD_BYTES, 0);
      return parseHeader(head.subarray(0, length), fstatSync(file).size);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function parseHeader(head: Buffer, bytes: number): NpyHeader | null {
  if (head.length < 12 || !head.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const wide = head.readUInt8(6) > 1;
  const from = wide ? 12 : 10;
  const to = from + (wide ? head.readUInt32LE(8) : head.readUInt16LE(8));
  const text = head.toString('latin1', from, Math.min(to, head.length));
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (shape === undefined || to > head.length) return null;
  const numbers = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const width = /'descr':\s*'[<>|=][a-zA-Z](\d+)'/.exec(text)?.[1];
  const values = numbers.reduce((product, number) => product * number, 1);
  return { rows: numbers[0] ?? 1, expected_bytes: width === undefined ? null : to + values * Number(width), bytes };
}
