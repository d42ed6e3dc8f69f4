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
 * Writes a file so that a reader sees the old content or the new one, never a part, also after a power cut: temporary name beside it, fsync, rename,
 * fsync of the folder. Only this user can read it.
 * @param content in pieces where it is too large to be held whole
 * @param modified the modification time that the file gets; now by default
 * @param mode of a file that is a program
 * @throws the file system's error (full disk, no permission); the old file is then unchanged
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

/** The content of a file. */
type Content = string | Uint8Array | Iterable<string>;

/**
 * Makes a file with its content. The content is on the disk before the name exists: of several writers only one succeeds, and nobody ever sees the
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

/** The errors of file systems that have no hard links (exFAT, some network file systems). */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Makes the file on such a file system. A reader may see it without its content for a moment. */
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

/** Returns a name beside the file that no other process and no second write of this one uses. */
export function temporaryName(path: string): string {
  const unique = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  return join(dirname(path), `.${basename(path)}.${unique}.tmp`);
}

/** Makes the content of a file survive a power cut. */
export function syncFile(path: string): void {
  // Opened for writing, because Windows cannot sync a file that is open for reading.
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a folder with all its content survive a power cut. To be called before the folder gets its name, because an existing folder is taken as
 * complete.
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

/** Makes a rename in the folder survive a power cut. */
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
