import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { type Device, deviceLabel } from '../../../shared/device.ts';
import { bytes, count } from '../../../shared/format.ts';
import { isNoteworthy, type LeftOutReason, leftOutHeadline, leftOutNames } from '../../../shared/run/left-out.ts';
import { freeSpace } from '../disk/free-space.ts';
import { type Amount, fileMarks, isLow } from '../disk/space-marks.ts';
import { describeStanding } from '../outputs/earlier-outputs.ts';
import { checkImports } from './check-imports.ts';
import { firstStep, type PreparedLaunch } from './prepare-launch.ts';

/** Less free room than this at the output folder is told before the start (bytes): one result of a model often has this size. */
const LITTLE_DISK_BYTES = 2 * 1024 ** 3;

/** A device where others hold more than this part of the memory is told before the start. */
const STRANGERS_PART = 0.1;

/** What is worth knowing about a launch that can be started, beyond its plan: good or not, each with what to do. */
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

/** What was met in the search and would be no input, so that nobody misses it after the run. */
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
  unreadable: 'Give yourself the permission, or mend the links, if they belong to the run.',
  'not-utf8': 'Rename them if they belong to the run.',
  'not-matched': 'Name a file itself to have it taken whatever its name.',
  'same-file': 'Each file is worked on once.',
  'not-a-file': 'Save their content in files if it belongs to the run.',
  hidden: '',
};

/** A program that is missing is a problem and no check: then there is no plan. */
function commandCheck({ programs }: PreparedLaunch): LaunchCheck {
  const found = [...new Set(programs)].join(', ');
  return { subject: 'command', state: 'good', message: `Found ${found}.`, advice: '' };
}

/** What stands in the way without leave to replace it is a problem and no check, as collisions are; what is left is to say what is replaced. */
function outputsCheck({ replaced }: PreparedLaunch): LaunchCheck {
  const replacing = replaced === null ? null : describeStanding(replaced, 'will be replaced');
  if (replacing === null)
    return { subject: 'outputs', state: 'good', message: 'No output stands in the way.', advice: '' };
  const advice = 'Untick “Replace output files that are there already” to keep them.';
  return { subject: 'outputs', state: 'caution', message: replacing, advice };
}

/** The room on the disk that results go to. @param folder absolute; it may have yet to be made */
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

/** A disk may have room for data and none for another file. */
function checkFiles(folder: string, { free, size }: Amount): LaunchCheck[] {
  if (!isLow(false, free, fileMarks(size))) return [];
  const message = `Only ${count(free)} more files (inodes) fit on the disk of ${folder}.`;
  const advice = 'Delete files there, or choose an output folder on another disk: the run would wait.';
  return [{ subject: 'disk', state: 'caution', message, advice }];
}

/** Which devices are left out as their memory is taken, and who else holds memory on those that are used. */
function checkMemory({ pipeline, devices, ranks }: PreparedLaunch): LaunchCheck[] {
  const gpus = devices.filter(({ kind }) => kind !== 'cpu');
  const used = new Set(ranks);
  if (gpus.length === 0 || !gpus.some((device) => used.has(device))) return [];
  const { min_free_memory_gib: needed } = firstStep(pipeline);
  const leftOut = gpus.filter((device) => !used.has(device));
  const crowded = gpus.filter((device) => used.has(device) && strangersPart(device) > STRANGERS_PART);
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

function strangersPart({ processes, memory_total }: Device): number {
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
