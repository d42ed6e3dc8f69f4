import type { DeviceLease } from '../../../shared/contract/machine.ts';
import { type Device, type DeviceRef, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { OTHERS_SHARE } from '../../../shared/device-use.ts';
import { bytes, clockTime } from '../../../shared/format.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { DeviceHold } from '../../../shared/run/device-queue.ts';

const BYTES_PER_GIB = 1024 ** 3;

/** Returns those of a run's devices that its steps compute on. Where all steps run on the processor, GPUs are not used. */
export function usedDevices<D extends DeviceRef>(steps: readonly Pick<Step, 'device'>[], devices: readonly D[]): D[] {
  const needsGpu = steps.some(({ device }) => device === 'gpu');
  return devices.filter(({ kind }) => kind === 'cpu' || needsGpu);
}

/** Returns the memory that has to be free on each device, in bytes; 0 where no step says. */
export function neededMemory(steps: readonly Pick<Step, 'device' | 'min_free_memory_gib'>[]): number {
  return Math.max(0, ...steps.map((step) => (step.device === 'gpu' ? step.min_free_memory_gib * BYTES_PER_GIB : 0)));
}

/** Whose a run is, in words: `run 2026… (esm2-embedding) of anna, since 14:02:11, until about 14:20:00`. */
function leaseWords({ run, pipeline, user, since, until }: Omit<DeviceLease, 'device' | 'shared'>): string {
  const of = user === null ? '' : ` of ${user}`;
  const end = until === null ? '' : `, until about ${clockTime(until)}`;
  return `run ${run} (${pipeline})${of}, since ${clockTime(since)}${end}`;
}

/** Returns what runs hold, for the plan of the queue. */
export function holdsOfLeases(leases: readonly DeviceLease[], except: string | null): DeviceHold[] {
  return leases
    .filter(({ run }) => run !== except)
    .map((lease) => ({
      device: lease.device,
      why: `used by ${leaseWords(lease)}`,
      until: lease.until === null ? null : Date.parse(lease.until),
    }));
}

/**
 * Returns what programs that belong to no run hold.
 * @param needed bytes that have to be free; 0 where the pipeline does not say
 * @param devices as their drivers show them now; one that is missing cannot be used
 */
export function holdsOfStrangers(
  wanted: readonly DeviceRef[],
  devices: readonly Device[],
  needed: number,
): DeviceHold[] {
  return wanted.flatMap((ref) => {
    if (ref.kind === 'cpu') return [];
    const device = devices.find((one) => isSameDevice(one, ref));
    const why = device === undefined ? 'not listed by its driver' : strangerWords(device, needed);
    return why === null ? [] : [{ device: ref, why, until: null }];
  });
}

function strangerWords(device: Device, needed: number): string | null {
  const { memory_free: free, memory_total: total, memory_used: used, unified_memory: unified } = device;
  const named = device.processes.reduce((sum, { memory_used }) => sum + (memory_used ?? 0), 0);
  // A driver may not name who holds its memory, as from inside a container. Memory that it shares with the host is held by everything there.
  const held = unified ? named : Math.max(named, used ?? 0);
  const isCrowded =
    needed === 0 ? total !== null && total > 0 && held / total > OTHERS_SHARE : free !== null && free < needed;
  if (!isCrowded) return null;
  const room = needed === 0 ? '' : `: ${bytes(free)} of memory are free, ${bytes(needed)} are needed`;
  const names = device.processes.map(({ pid, name, user, memory_used }) => {
    const of = user === undefined ? '' : ` of ${user}`;
    return `${name ?? 'a program'}${of} (process ${pid}, ${bytes(memory_used)})`;
  });
  return `used by ${names.length === 0 ? 'other programs' : names.join(', ')}${room}`;
}

/**
 * Returns the problem of a start on devices that other runs have; null when none has. CPU slots are no cards that run out of memory, so a start shares
 * them with others.
 */
export function checkUnused(
  devices: readonly DeviceRef[],
  leases: readonly DeviceLease[],
  self: string | null,
): Problem | null {
  const used = devices
    .filter(({ kind }) => kind !== 'cpu')
    .flatMap((device) => leases.find((lease) => lease.run !== self && isSameDevice(lease.device, device)) ?? []);
  return used.length === 0 ? null : deviceInUse(used);
}

/** @param leases of other runs, at least one */
export function deviceInUse(leases: readonly DeviceLease[]): Problem {
  const parts = leases.map((lease) => `${deviceLabel(lease.device)} is used by ${leaseWords(lease)}`);
  return problem(
    'device-in-use',
    `${parts.join('; ')}.`,
    'Wait for it with --when-free, start beside it with --share, or choose other devices with --devices ("drover devices" shows who has which).',
  );
}
