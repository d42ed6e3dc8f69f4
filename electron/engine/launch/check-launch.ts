import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { type Device, deviceLabel } from '../../../shared/device.ts';
import { OTHERS_SHARE } from '../../../shared/device-use.ts';
import { bytes, count } from '../../../shared/format.ts';
import { isNoteworthy, type LeftOutReason, leftOutHeadline, leftOutNames } from '../../../shared/run/left-out.ts';
import { freeSpace } from '../disk/free-space.ts';
import { type Amount, fileMarks, isLow } from '../disk/space-marks.ts';
import { describeExisting } from '../outputs/earlier-outputs.ts';
import { checkImports } from './check-imports.ts';
import { firstStep, type PreparedLaunch } from './prepare-launch.ts';

/** Less free space than this at the output folder is reported before the start (bytes): one result of a model often has this size. */
const LITTLE_DISK_BYTES = 2 * 1024 ** 3;

/** Checks a launch that can be started, beyond its plan: each check has a state and what to do. */
export async function checkLaunch(
  launch: PreparedLaunch,
  place: { env: NodeJS.ProcessEnv; runs: string; signal: AbortSignal },
): Promise<LaunchCheck[]> {
  return [
    commandCheck(launch),
    ...(await checkImports(launch, place)),
    ...checkMemory(launch),
    ...(await checkDisk(launch.outputDir ?? place.runs)),
    outputsCheck(launch),
    ...leftOutChecks(launch),
    ...launch.notices.map((notice): LaunchCheck => ({ subject: 'inputs', state: 'caution', ...notice })),
  ];
}

/** Returns what the search found that is not an input, so that nobody misses it after the run. */
function leftOutChecks({ leftOut }: PreparedLaunch): LaunchCheck[] {
  return leftOut.map((group) => ({
    subject: 'inputs',
    state: isNoteworthy(group) ? 'caution' : 'good',
    message: `Left out: ${leftOutHeadline(group)}: ${leftOutNames(group).join(', ')}.`,
    advice: LEFT_OUT_ADVICE[group.reason],
  }));
}

const LEFT_OUT_ADVICE: Record<LeftOutReason, string> = {
  invalid: 'Copy them again, or repair them, if they belong to the run.',
  unreadable: 'Give yourself the permission, or repair the links, if they belong to the run.',
  'not-utf8': 'Rename them if they belong to the run.',
  'not-matched': 'Name a file itself to have it taken whatever its name.',
  'same-file': 'Each file is processed once.',
  'not-a-file': 'Save their content in files if it belongs to the run.',
  hidden: '',
};

/** Reports the programs. A missing program is a problem, not a check: then there is no plan. */
function commandCheck({ programs }: PreparedLaunch): LaunchCheck {
  const found = [...new Set(programs)].join(', ');
  return { subject: 'command', state: 'good', message: `Found ${found}.`, advice: '' };
}

/** Reports what will be replaced. Existing files without the permission to replace them are a problem, not a check, and so are collisions. */
function outputsCheck({ replaced }: PreparedLaunch): LaunchCheck {
  const replacing = replaced === null ? null : describeExisting(replaced, 'will be replaced');
  if (replacing === null)
    return { subject: 'outputs', state: 'good', message: 'No existing output is in the way.', advice: '' };
  const advice = 'Untick “Replace output files that are there already” to keep them.';
  return { subject: 'outputs', state: 'caution', message: replacing, advice };
}

/** Checks the space on the disk for the results. @param folder absolute; it may not exist yet */
async function checkDisk(folder: string): Promise<LaunchCheck[]> {
  const space = await freeSpace(folder);
  if (space === null) return [];
  return [checkBytes(folder, space.bytes.free), ...checkFiles(folder, space.files)];
}

function checkBytes(folder: string, free: number): LaunchCheck {
  const message = `${bytes(free)} free for results at ${folder}.`;
  if (free >= LITTLE_DISK_BYTES) return { subject: 'disk', state: 'good', message, advice: '' };
  const advice = 'Free space there, or choose an output folder on another disk.';
  return { subject: 'disk', state: 'caution', message: `Only ${message}`, advice };
}

/** Checks the number of files: a disk may have space for data but not for another file. */
function checkFiles(folder: string, { free, size }: Amount): LaunchCheck[] {
  if (!isLow(false, free, fileMarks(size))) return [];
  const message = `Only ${count(free)} more files (inodes) fit on the disk of ${folder}.`;
  const advice = 'Delete files there, or choose an output folder on another disk: the run would wait.';
  return [{ subject: 'disk', state: 'caution', message, advice }];
}

/** Reports the devices that are left out for lack of memory, and other processes that hold memory on the used ones. */
function checkMemory({ pipeline, devices, ranks }: PreparedLaunch): LaunchCheck[] {
  const gpus = devices.filter(({ kind }) => kind !== 'cpu');
  const used = new Set(ranks);
  if (gpus.length === 0 || !gpus.some((device) => used.has(device))) return [];
  const { min_free_memory_gib: needed } = firstStep(pipeline);
  const leftOut = gpus.filter((device) => !used.has(device));
  const crowded = gpus.filter((device) => used.has(device) && othersShare(device) > OTHERS_SHARE);
  const found = [...leftOut.map((device) => leftOutCheck(device, needed)), ...crowded.map(crowdedCheck)];
  if (found.length > 0) return found;
  const message =
    needed > 0
      ? `Each device has the ${needed} GiB of free memory that a worker needs.`
      : 'No other program holds much memory on the devices.';
  return [{ subject: 'memory', state: 'good', message, advice: '' }];
}

function leftOutCheck(device: Device, needed: number): LaunchCheck {
  return {
    subject: 'memory',
    state: 'caution',
    message: `${deviceLabel(device)} is not used: it has ${bytes(device.memory_free ?? 0)} of free memory, and ${needed} GiB are needed.`,
    advice: `${holders(device)} Free its memory, or lower min_free_memory_gib in the pipeline.`,
  };
}

function crowdedCheck(device: Device): LaunchCheck {
  return {
    subject: 'memory',
    state: 'caution',
    message: `On ${deviceLabel(device)} ${bytes(device.memory_free ?? 0)} are free. ${holders(device)}`,
    advice: 'Wait for them or end them if a worker needs more, or leave the device out.',
  };
}

function othersShare({ processes, memory_total }: Device): number {
  if (memory_total === null || memory_total <= 0) return 0;
  const held = processes.filter(({ ours }) => !ours).reduce((sum, { memory_used }) => sum + (memory_used ?? 0), 0);
  return held / memory_total;
}

function holders({ processes }: Device): string {
  const named = processes
    .filter(({ ours }) => !ours)
    .map(({ pid, name, memory_used }) => {
      const memory = memory_used === null ? '' : `, ${bytes(memory_used)}`;
      return `${name ?? 'a program'} (process ${pid}${memory})`;
    });
  return named.length === 0 ? '' : `Used by ${named.join(', ')}.`;
}
