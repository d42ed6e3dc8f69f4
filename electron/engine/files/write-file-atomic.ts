import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE } from './make-folders.ts';

/**
 * Writes a file so that whoever opens it sees the old content or the new one, never a part, also after a power cut:
 * temporary name beside it, fsync, rename, fsync of the folder. Only this user can read it.
 * @param content in pieces where it is too large to be held whole
 * @param modified the time of modification that the file is to have; now unless said otherwise
 * @param mode of a file that is a program
 * @throws the file system's error (full disk, no permission); the old file then still stands
 */
export function writeFileAtomic(path: string, content: Content, modified?: Date, mode = PRIVATE_FILE): void {
  const temporary = temporaryName(path);
  try {
    writeSynced(temporary, content, mode);
    if (modified !== undefined) utimesSync(temporary, modified, modified);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** What a file is to hold. */
type Content = string | Uint8Array | Iterable<string>;

/**
 * Makes a file with its content, which is on the disk before the name is there: of all who try only one succeeds, and nobody ever sees the
 * file without its content, also after a power cut.
 * @returns false when the name is taken
 * @throws the file system's error
 */
export function createFileOnce(path: string, content: string): boolean {
  const temporary = temporaryName(path);
  try {
    writeSynced(temporary, content);
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(codeOf(error) ?? '')) throw error;
    if (!createWithoutLinks(path, content)) return false;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
  return true;
}

/** What file systems answer that have no hard links (exFAT, some network file systems). */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Whoever looks may see the file without its content for a moment. */
function createWithoutLinks(path: string, content: string): boolean {
  try {
    writeSynced(path, content);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function writeSynced(path: string, content: Content, mode = PRIVATE_FILE): void {
  const file = openSync(path, 'wx', mode);
  try {
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    for (const piece of isWhole ? [content] : content) writeFileSync(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A name beside the file that no other process and no second write of this one uses. */
export function temporaryName(path: string): string {
  const unique = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  return join(dirname(path), `.${basename(path)}.${unique}.tmp`);
}

/** Makes the content of a file last through a power cut. */
export function syncFile(path: string): void {
  // For writing, as Windows syncs no file that is open for reading.
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a folder with all that is in it last through a power cut: to be called before it gets its name, as a folder that is there is taken for whole.
 * @throws the file system's error
 */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolder(folder);
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
