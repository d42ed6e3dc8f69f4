import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileRows } from './file-rows.ts';

/** The `.npy` format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3. */
const MAGIC = Buffer.from('\u0093NUMPY', 'latin1');
/** Headers of plain arrays take 128 bytes, and version 1 allows 65,535. Longer headers belong to tables with thousands of columns. */
export const NPY_HEAD_BYTES = 65_552;
/** numpy stores text as UTF-32. */
const BYTES_PER_CHARACTER = 4;

export interface NpyHeader {
  /** The first number of the shape; 1 for a single value. */
  rows: number;
  /** How many numbers the shape has. */
  dimensions: number;
  /** Bytes of header and values together; null for types whose size is not in the header. */
  expected_bytes: number | null;
  /** Bytes of the file. */
  bytes: number;
}

/** Reads the rows of a `.npy` file. */
export function npyRows(path: string): FileRows {
  const header = readNpyHeader(path);
  if (header === null) return { rows: null, damage: 'has no .npy header' };
  const { rows, bytes, expected_bytes } = header;
  const whole = expected_bytes === null || expected_bytes === bytes;
  return { rows, damage: whole ? null : `has ${bytes} bytes where its header announces ${expected_bytes}` };
}

/** Reads the header of a `.npy` file. Returns null if it is not such a file or cannot be read. */
export function readNpyHeader(path: string): NpyHeader | null {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(Math.min(NPY_HEAD_BYTES, fstatSync(file).size));
      const length = readSync(file, head, 0, head.length, 0);
      return parseNpyHeader(head.subarray(0, length), fstatSync(file).size);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** Parses a header from the first bytes of a file. `bytes` is the size of the file. Returns null if there is no header. */
export function parseNpyHeader(head: Buffer, bytes: number): NpyHeader | null {
  if (head.length < 12 || !head.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const wide = head.readUInt8(6) > 1;
  const from = wide ? 12 : 10;
  const to = from + (wide ? head.readUInt32LE(8) : head.readUInt16LE(8));
  const text = head.toString('latin1', from, Math.min(to, head.length));
  // Python 2 wrote long numbers as `3L`.
  const shape = /'shape':\s*\(([\dL,\s]*)\)/.exec(text)?.[1];
  if (shape === undefined || to > head.length) return null;
  const numbers = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => Number.parseInt(part, 10));
  const width = widthOf(text);
  const values = numbers.reduce((product, number) => product * number, 1);
  return {
    rows: numbers[0] ?? 1,
    dimensions: numbers.length,
    expected_bytes: width === null ? null : to + values * width,
    bytes,
  };
}

/**
 * Returns the bytes of a value, by the array's type: `<f4` has four, `|S5` five, `<U2` two characters, `<M8[ns]` eight. Returns null for
 * objects, which are pickled, and for records of several types, which are not added up.
 */
function widthOf(header: string): number | null {
  const [, kind, digits] = /'descr':\s*'[<>|=]([a-zA-Z])(\d+)(?:\[[^\]']*\])?'/.exec(header) ?? [];
  if (kind === undefined || kind === 'O') return null;
  return Number(digits) * (kind === 'U' ? BYTES_PER_CHARACTER : 1);
}

/** One array of a file with several arrays. */
export interface NamedArray {
  name: string;
  shape: readonly number[];
}

/** Names of arrays that hold the ids of rows. */
const IDS = /^(?:ids|names|labels|sequence_ids|headers)$/i;
/** If there are too many ids for a header, they are stored as bytes. This array has their borders: one more than there are ids. */
const ID_BORDERS = 'ids_offsets';
/** Names of the array with one row per sequence. It gives the number of rows if there are no ids. */
const EMBEDDINGS = /^(?:embeddings?|features?|mean|means|mean_embeddings?|vectors?|x)$/i;

/**
 * Returns how many rows a file of named arrays has: the number of its ids; without ids the length of its array of embeddings, or of all its
 * arrays if these are equally long. If ids and embeddings disagree, the file is damaged.
 * @param ids the number of ids elsewhere in the file
 */
export function rowsOfArrays(arrays: readonly NamedArray[], ids: number | null): FileRows {
  const lists = arrays.filter(({ name, shape }) => shape.length === 1 && IDS.test(name));
  const named = arrays.filter(({ name, shape }) => shape.length > 0 && EMBEDDINGS.test(name));
  const borders = arrays.find(({ name, shape }) => name === ID_BORDERS && shape.length === 1)?.shape[0];
  const idCount = ids ?? lists[0]?.shape[0] ?? (borders === undefined ? null : Math.max(0, borders - 1));
  const odd = idCount === null ? undefined : named.find(({ shape }) => shape[0] !== idCount);
  if (odd !== undefined)
    return { rows: idCount, damage: `has ${idCount} ids and ${odd.shape[0]} rows of "${odd.name}"` };
  if (idCount !== null) return { rows: idCount, damage: null };
  const candidates = named.length > 0 ? named : arrays;
  const lengths = new Set(candidates.map(({ shape }) => shape[0]));
  const [length] = lengths;
  return { rows: lengths.size === 1 ? (length ?? null) : null, damage: null };
}
