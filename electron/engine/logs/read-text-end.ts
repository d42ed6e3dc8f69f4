import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file from a place on, or its last bytes where there is more; empty when the file is not there.
 * @param from byte offset
 * @param most bytes
 */
export function readTextEnd(path: string, from: number, most: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const end = fstatSync(file).size;
    const start = Math.max(from, end - most);
    const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
