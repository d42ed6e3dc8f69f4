import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { freeSpace } from '../disk/free-space.ts';
import { type Amount, fileMarks, isLow } from '../disk/space-marks.ts';

/** Less free room than this at the output folder is told before the start (bytes): one result of a model often has this size. */
const LITTLE_DISK_BYTES = 2 * 1024 ** 3;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The room on the disk that results go to. @param folder absolute; it may have yet to be made */
export async function checkDisk(folder: string): Promise<LaunchCheck[]> {
  const space = await freeSpace(folder);
  if (space === null) return [];
  return [checkBytes(folder, space.bytes.free), ...checkFiles(folder, space.files)];
}

function checkBytes(folder: string, free: number): LaunchCheck {
  const message = `${room(free)} free for results at ${folder}.`;
  if (free >= LITTLE_DISK_BYTES) return { subject: 'disk', state: 'good', message, advice: '' };
  const advice = 'Free space there, or choose an output folder on another disk.';
  return { subject: 'disk', state: 'caution', message: `Only ${message}`, advice };
}

/** A disk may have room for data and none for another file. */
function checkFiles(folder: string, { free, size }: Amount): LaunchCheck[] {
  if (!isLow(false, free, fileMarks(size))) return [];
  const message = `Only ${free.toLocaleString('en')} more files (inodes) fit on the disk of ${folder}.`;
  const advice = 'Delete files there, or choose an output folder on another disk: the run would wait.';
  return [{ subject: 'disk', state: 'caution', message, advice }];
}

function room(bytes: number): string {
  if (bytes < GIB) return `${Math.round(bytes / MIB)} MiB`;
  return `${(bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0)} GiB`;
}
