import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that whoever opens it sees the old content or the new one, never a part, also after a power cut:
 * temporary name beside it, fsync, rename, fsync of the folder.
 * @param content in pieces where it is too large to be held whole
 * @throws the file system's error (full disk, no permission); the old file then still stands
 */
export function writeFileAtomic(path: string, content: string | Iterable<string>): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const piece of typeof content === 'string' ? [content] : content) writeFileSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** A name beside the file that no other process and no second write of this one uses. */
export function temporaryName(path: string): string {
  const unique = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  return join(dirname(path), `.${basename(path)}.${unique}.tmp`);
}

/** Makes a rename in the folder last through a power cut. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder to sync it; its renames are journaled by the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
