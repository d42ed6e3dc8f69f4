import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Some runs of a few items fit; a flood of one item does not. */
export const DISK_SIZE = '6m';

/** Writes until not one byte more fits. */
export function fillDisk(disk: string): void {
  const file = openSync(ballastOf(disk), 'w');
  for (let size = 64 * 1024; size >= 1; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(file);
}

/** Less than what is to stay free on a disk of that size, and enough for the records of a run that waits. */
const LOW_LEFT_BYTES = 54 * 1024;

/** Nearer than this it is not filled: a page, below which nothing shrinks. */
const PAGE_BYTES = 4096;

/**
 * Leaves so little that nothing may be handed out any more, and that nothing fails. Half of what is too much each time: others write to the disk
 * meanwhile, and filled at one go it might be full before the last byte.
 */
export function nearlyFillDisk(disk: string): void {
  const file = openSync(ballastOf(disk), 'w');
  for (let tooMuch = tooMuchOn(disk); tooMuch >= PAGE_BYTES; tooMuch = tooMuchOn(disk))
    writeSync(file, Buffer.alloc(Math.max(PAGE_BYTES, Math.floor(tooMuch / 2))));
  closeSync(file);
}

function tooMuchOn(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize - LOW_LEFT_BYTES;
}

export function freeDisk(disk: string): void {
  rmSync(ballastOf(disk), { force: true });
}

/** A worker that has opened a file in between makes the kernel refuse; it closes it within milliseconds. */
const READ_ONLY_TRIES = 50;

/** Makes a folder read-only for whoever opens a file in it from now on, as a disk that was mounted again after an error. */
export function makeReadOnly(folder: string): void {
  for (let tries = 1; ; tries += 1) {
    execFileSync('mount', ['--bind', folder, folder]);
    const { status, stderr } = spawnSync('mount', ['-o', 'remount,bind,ro', folder], { encoding: 'utf8' });
    if (status === 0) return;
    makeWritable(folder);
    if (tries === READ_ONLY_TRIES) throw new Error(stderr);
  }
}

export function makeWritable(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}

function ballastOf(disk: string): string {
  return join(disk, 'ballast');
}
