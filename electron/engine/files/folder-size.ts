import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How many files are measured at once: enough to keep the disk busy, few enough to let other work run. */
const AT_ONCE = 64;

export interface FolderSize {
  bytes: number;
  /** The newest modification of any file, milliseconds since 1970; 0 for an empty folder. */
  newest: number;
}

/** Adds up a folder without following symbolic links. What vanishes meanwhile counts nothing. */
export function folderSize(folder: string): FolderSize {
  const total: FolderSize = { bytes: 0, newest: 0 };
  for (const entry of entries(folder)) add(total, sizeOf(join(folder, entry.name), entry.isDirectory()));
  return total;
}

function sizeOf(path: string, isFolder: boolean): FolderSize {
  return isFolder ? folderSize(path) : fileSize(path);
}

/** Returns size and time of one file, or of a link itself; zero when it does not exist. */
export function fileSize(path: string): FolderSize {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? { bytes: 0, newest: 0 } : { bytes: stats.size, newest: stats.mtimeMs };
}

function add(total: FolderSize, part: FolderSize): void {
  total.bytes += part.bytes;
  total.newest = Math.max(total.newest, part.newest);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Adds up the files of a folder in bytes without blocking. Links are not followed, and what vanishes meanwhile counts nothing. */
export async function measureFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const part = entries.slice(from, from + AT_ONCE);
    const files = part.filter((entry) => !entry.isDirectory());
    const sizes = await Promise.all(files.map(({ name }) => fileBytes(join(folder, name))));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    for (const entry of part) if (entry.isDirectory()) bytes += await measureFolder(join(folder, entry.name));
  }
  return bytes;
}

async function fileBytes(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch {
    return 0;
  }
}
