import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Played } from './play-schedule.ts';
import { nameOf, optionsFor, type Schedule } from './schedule.ts';
import { DISK_SIZE } from './small-disk.ts';

const PROGRAM = join(import.meta.dirname, 'run-faults.ts');
const MOUNT = `mount -t tmpfs -o size=${DISK_SIZE} tmpfs "$1" && disk=$1 node=$2 program=$3 && shift 3 &&
exec "$node" "$program" "$@" --disk "$disk"`;

/**
 * Plays one schedule with its data folder on a small disk, in a process of its own: only one in a mount namespace of its own can have such a
 * disk without rights.
 * @param cli the program of the `drover` command
 */
export async function playOnSmallDisk(schedule: Schedule, cli: string): Promise<Played> {
  const disk = mkdtempSync(join(tmpdir(), 'drover-disk-'));
  try {
    const { stdout } = await execa('unshare', [
      '-Urm',
      'sh',
      '-c',
      MOUNT,
      'sh',
      disk,
      process.execPath,
      PROGRAM,
      ...optionsFor(schedule),
      '--cli',
      cli,
    ]);
    return JSON.parse(stdout) as Played;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      schedule: nameOf(schedule),
      seed: schedule.seed,
      faults: [],
      violations: [message],
      kept: null,
      seconds: 0,
    };
  } finally {
    rmSync(disk, { recursive: true, force: true });
  }
}
