import { accessSync, constants, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../../shared/contract/doctor.ts';
import { bytes, count } from '../../../shared/format.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { fileMarks, isLow, spaceMarks } from '../disk/space-marks.ts';
import type { Environment } from '../files/data-home.ts';
import { fifoFolder } from '../processes/fifo-folder.ts';
import { checkRunEnvironment, keepFree } from '../settings/run-environment.ts';
import { readSettings } from '../settings/settings-file.ts';
import { checkOf } from './check.ts';

const GIB = 2 ** 30;
/** With less free space than this, the logs and records of a run are at risk. */
const LITTLE_DISK_BYTES = 10 * GIB;
const NO_DISK_BYTES = 1 * GIB;

/** Network file systems stamp files by the clock of their server; beyond this difference, the ownership of runs cannot be judged well. */
const CLOCK_SKEW_MS = 5_000;

/** Magic numbers of network file systems, from statfs(2). */
const REMOTE: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x517b: 'SMB',
  0x65735546: 'FUSE',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x5346414f: 'AFS',
};

/** Checks the data directory: whether it can be written, its free space, the kind of its disk, and the clock of that disk. */
export function checkStorage(home: string, env: Environment): Check[] {
  return [checkHome(home, env), checkFifos(env)];
}

function checkHome(home: string, env: Environment): Check {
  const { ok, warning, problem } = checkOf('data-directory', 'Data directory');
  const skew = clockSkew(home);
  if (typeof skew === 'string') {
    return problem(
      `${home} cannot be written to: ${skew}.`,
      'Give yourself the right to write there, or set DROVER_HOME.',
    );
  }
  const unreadable = checkRunEnvironment(env);
  if (unreadable !== null) return problem(unreadable.message, unreadable.advice);
  const disk = statfsSync(home);
  const free = disk.bavail * disk.bsize;
  const remote = REMOTE[disk.type];
  const found = `${home} has ${bytes(free)} free${remote === undefined ? '' : `, on ${remote}`}.`;
  const marks = spaceMarks(disk.blocks * disk.bsize, keepFree(env, readSettings(home).settings));
  if (isLow(false, free, marks)) {
    return problem(
      `${found} Runs hand out nothing below ${bytes(marks.low)} and wait until ${bytes(marks.high)} are free.`,
      'Free space, for example with "drover clean --older-than 30d"; runs then go on by themselves.',
    );
  }
  const fileLimits = fileMarks(disk.files);
  if (isLow(false, disk.ffree, fileLimits)) {
    return problem(
      `${found} Only ${count(disk.ffree)} more files (inodes) fit on it; runs hand out nothing below ${count(fileLimits.low)}.`,
      'Delete files there, for example with "drover clean --older-than 30d"; runs then go on by themselves.',
    );
  }
  if (free < NO_DISK_BYTES) return problem(found, 'Free space, for example with "drover clean --older-than 30d".');
  if (Math.abs(skew) > CLOCK_SKEW_MS) {
    return warning(
      `${found} Its clock is ${Math.round(skew / 1000)} s away from this machine's.`,
      'Set both clocks by the network: whether another machine still runs something is judged by the time of its files.',
    );
  }
  if (free < LITTLE_DISK_BYTES) return warning(found, 'Free space before a long run; "drover clean" removes old runs.');
  if (remote !== undefined)
    return warning(found, 'It works, but logs appear with a delay; a local disk in DROVER_HOME is quicker.');
  return ok(found);
}

/** Returns the milliseconds that the clock of the file system is ahead of ours; or why the directory cannot be written. */
function clockSkew(home: string): number | string {
  const file = join(home, `.doctor-${process.pid}`);
  try {
    accessSync(home, constants.W_OK | constants.X_OK);
    writeFileSync(file, '');
    return statSync(file).mtimeMs - Date.now();
  } catch (error) {
    return messageOf(error);
  } finally {
    rmSync(file, { force: true });
  }
}

function checkFifos(env: Environment): Check {
  const { ok, problem } = checkOf('worker-input', 'Input of workers');
  try {
    return ok(`FIFOs of workers are in ${fifoFolder(env)}.`);
  } catch (error) {
    return problem(messageOf(error), 'Without it queue workers cannot be given items.');
  }
}
