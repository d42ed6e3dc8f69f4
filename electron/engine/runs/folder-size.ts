import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface FolderSize {
  bytes: number;
  /** The newest modification of any file, milliseconds since 1970; 0 for an empty folder. */
  newest: number;
}

/** Adds up a folder without following symbolic links; what vanishes meanwhile counts nothing. */
export function folderSize(folder: string): FolderSize {
  const total: FolderSize = { bytes: 0, newest: 0 };
  for (const entry of entries(folder)) add(total, sizeOf(join(folder, entry.name), entry.isDirectory()));
  return total;
}

function sizeOf(path: string, isFolder: boolean): FolderSize {
  return isFolder ? folderSize(path) : fileSize(path);
}

/** Size and time of one file, or of a link itself; zero when it is not there. */
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
