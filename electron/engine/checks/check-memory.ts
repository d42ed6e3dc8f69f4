import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { type Device, deviceLabel } from '../../../shared/device.ts';
import { firstStep, type PreparedLaunch } from '../runs/prepare-launch.ts';

/** A device where others hold more than this part of the memory is told before the start. */
const STRANGERS_PART = 0.1;

const GIB = 1024 ** 3;

/** Which devices are left out as their memory is taken, and who else holds memory on those that are used. */
export function checkMemory({ pipeline, devices, ranks }: PreparedLaunch): LaunchCheck[] {
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
    message: `${deviceLabel(device)} is not used: it has ${gibibytes(device.memory_free ?? 0)} of free memory, and ${needed} GiB are needed.`,
    advice: `${holders(device)} Free its memory, or lower min_free_memory_gib in the pipeline.`,
  };
}

function crowdedCheck(device: Device): LaunchCheck {
  return {
    subject: 'memory',
    state: 'caution',
    message: `On ${deviceLabel(device)} ${gibibytes(device.memory_free ?? 0)} are free. ${holders(device)}`,
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
      const memory = memory_used === null ? '' : `, ${gibibytes(memory_used)}`;
      return `${name ?? 'a program'} (process ${pid}${memory})`;
    });
  return named.length === 0 ? '' : `Used by ${named.join(', ')}.`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
