import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opens a file for reading, or returns null when it does not exist (yet). Other errors are thrown. */
export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Returns whether an error means that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/**
 * Returns the text of a file from an offset on, or its last bytes where there is more; empty when the file does not exist.
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
