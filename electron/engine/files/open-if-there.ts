import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opens a file for reading, or answers null when it is not there (yet). Other errors are thrown. */
export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether an error says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

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
