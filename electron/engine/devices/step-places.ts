import { type Device, type DeviceRef, deviceLabel } from '../../../shared/device.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { admissionRefusal } from './free-memory.ts';
import { defaultCpuSlots } from './host-device.ts';

const BYTES_PER_GIB = 1024 ** 3;

/**
 * Returns the device of every rank of a step: devices × workers per device, over devices first, so that the first ranks are on different devices. A
 * step without device has one rank. A CPU step runs on CPU slots even where there are GPUs.
 * @param selected the devices of the run
 */
export function devicesOfRanks(step: Step, selected: readonly Device[]): Result<Device[], Problem> {
  const devices = devicesOfStep(step, selected);
  const roomy = devices.filter((device) => hasMemory(device, step.min_free_memory_gib));
  if (roomy.length === 0) return err(noRoom(step, devices));
  return ok(
    Array.from({ length: roomy.length * step.workers_per_device }, (_, rank) => at(roomy, rank % roomy.length)),
  );
}

/** Returns which of the devices a step does not use because too little of their memory is free, and who holds it; in words. */
export function devicesLeftOut(step: Step, selected: readonly Device[]): string[] {
  const needed = step.min_free_memory_gib * BYTES_PER_GIB;
  return devicesOfStep(step, selected).flatMap((device) => {
    const strangers = device.processes.filter(({ ours }) => !ours);
    const why = admissionRefusal({
      label: deviceLabel(device),
      needed,
      free: device.memory_free,
      reserved: 0,
      strangers,
    });
    return why === null ? [] : [`${why}; step ${step.name} does not use it`];
  });
}

function devicesOfStep(step: Step, selected: readonly Device[]): readonly Device[] {
  const slots = selected.every(({ kind }) => kind === 'cpu') ? selected : defaultCpuSlots();
  if (step.device === 'gpu') return selected;
  return step.device === 'cpu' ? slots : slots.slice(0, 1);
}

/** A device with unknown memory may be used. */
function hasMemory(device: Device, gib: number): boolean {
  return gib === 0 || device.memory_free === null || device.memory_free >= gib * BYTES_PER_GIB;
}

function at(devices: readonly Device[], index: number): Device {
  const device = devices[index];
  if (device === undefined) throw new Error(`There is no device ${index}`);
  return device;
}

function noRoom(step: Step, devices: readonly DeviceRef[]): Problem {
  return problem(
    'no-device',
    `Step "${step.name}" needs ${step.min_free_memory_gib} GiB of free memory on a device, and none of ${devices.length} has it.`,
    'Free memory on a device ("drover devices" shows whose processes hold it), or lower min_free_memory_gib in the pipeline.',
  );
}
