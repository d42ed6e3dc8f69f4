import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a log from a place on, or its last bytes where there is more.
 * @param from byte offset
 * @param to byte offset behind the last; the end of the file by default
 */
export function readLogEnd(path: string, from: number, most: number, to = Number.POSITIVE_INFINITY): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const end = Math.min(to, fstatSync(file).size);
    const start = Math.max(from, end - most);
    const buffer = Buffer.alloc(Math.max(0, end - start));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
