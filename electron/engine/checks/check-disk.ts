import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { freeSpace } from '../disk/free-space.ts';
import { LITTLE_DISK_BYTES } from './limits.ts';

/** The room on the disk that results go to. @param folder absolute; it may have yet to be made */
export async function checkDisk(folder: string): Promise<LaunchCheck[]> {
  const space = await freeSpace(folder);
  if (space === null) return [];
  const { free } = space;
  const message = `${gigabytes(free)} free for results at ${folder}.`;
  if (free >= LITTLE_DISK_BYTES) return [{ subject: 'disk', state: 'good', message, advice: '' }];
  const advice = 'Free space there, or choose an output folder on another disk.';
  return [{ subject: 'disk', state: 'caution', message: `Only ${message}`, advice }];
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
}
