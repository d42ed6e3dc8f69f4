import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { LITTLE_DISK_BYTES } from './limits.ts';

/** The room on the disk that results go to. @param folder absolute; it may have yet to be made */
export async function checkDisk(folder: string): Promise<LaunchCheck[]> {
  const free = await freeBytes(folder);
  if (free === null) return [];
  const message = `${gigabytes(free)} free for results at ${folder}.`;
  if (free >= LITTLE_DISK_BYTES) return [{ subject: 'disk', state: 'good', message, advice: '' }];
  const advice = 'Free space there, or choose an output folder on another disk.';
  return [{ subject: 'disk', state: 'caution', message: `Only ${message}`, advice }];
}

/** Asks the nearest folder that is there; null where the system does not say. */
async function freeBytes(folder: string): Promise<number | null> {
  for (let current = folder; ; current = dirname(current)) {
    try {
      const { bavail, bsize } = await statfs(current);
      return bavail * bsize;
    } catch {
      if (dirname(current) === current) return null;
    }
  }
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
}
