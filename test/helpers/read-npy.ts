import { readFileSync } from 'node:fs';

/** A two-dimensional array of float32 numbers read from a file. */
export interface NpyArray {
  shape: [number, number];
  rows: number[][];
}

/**
 * Reads a NumPy array file of format version 1.0 that holds little-endian float32 rows, and insists on every rule of the format.
 * @throws when the file breaks one
 */
export function readNpy(path: string): NpyArray {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 8) !== '\x93NUMPY\x01\x00') throw new Error(`${path}: not .npy version 1.0`);
  const start = 10 + bytes.readUInt16LE(8);
  if (start % 64 !== 0) throw new Error(`${path}: data begins at ${start}, which is no multiple of 64`);
  const shape = readShape(bytes.toString('latin1', 10, start));
  const [rows, columns] = shape;
  if (bytes.length !== start + rows * columns * 4)
    throw new Error(`${path}: ${bytes.length} bytes do not fit the shape`);
  const row = (index: number) =>
    Array.from({ length: columns }, (_, column) => bytes.readFloatLE(start + (index * columns + column) * 4));
  return { shape, rows: Array.from({ length: rows }, (_, index) => row(index)) };
}

function readShape(header: string): [number, number] {
  const match = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/.exec(header);
  if (match === null) throw new Error(`Unexpected header: ${header}`);
  return [Number(match[1]), Number(match[2])];
}
