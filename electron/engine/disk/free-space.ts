import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskSpace } from './space-marks.ts';

/**
 * Returns the room on the disk of a folder; null where the system does not report it. It uses no blocking call, because a network disk may take
 * minutes to answer.
 * @param folder absolute; if it does not exist, the nearest existing folder above it counts
 */
export async function freeSpace(folder: string): Promise<DiskSpace | null> {
  for (let current = folder; ; current = dirname(current)) {
    try {
      const { bavail, blocks, bsize, files, ffree } = await statfs(current);
      return { bytes: { free: bavail * bsize, size: blocks * bsize }, files: { free: ffree, size: files } };
    } catch {
      if (dirname(current) === current) return null;
    }
  }
}

/** A disk that holds folders. */
export interface Disk {
  device: number;
  /** The path of its root in the tree of folders, by which people call it. */
  path: string;
}

/** Returns the disks of some folders, each once. Folders that do not exist are left out. */
export async function disksOf(folders: readonly string[]): Promise<Disk[]> {
  const disks = new Map<number, Disk>();
  for (const folder of folders) {
    const disk = await diskOf(folder);
    if (disk !== null && !disks.has(disk.device)) disks.set(disk.device, disk);
  }
  return [...disks.values()];
}

async function diskOf(folder: string): Promise<Disk | null> {
  const device = await deviceOf(folder);
  if (device === null) return null;
  for (let path = folder; ; path = dirname(path)) {
    const above = dirname(path);
    if (above === path || (await deviceOf(above)) !== device) return { device, path };
  }
}

async function deviceOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).dev;
  } catch {
    return null;
  }
}
