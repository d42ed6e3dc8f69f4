import type { DeviceLease } from './contract/machine.ts';
import { type Device, type DeviceProcess, isSameDevice } from './device.ts';
import { bytes } from './format.ts';

/** A device of whose memory others hold less than this share counts as free: drivers and desktops hold a little. */
export const OTHERS_SHARE = 0.1;

/** Who uses a device. */
export interface DeviceUse {
  /** The runs that have it. */
  leases: readonly DeviceLease[];
  /** Workers of Drover whose run has no lease on it. */
  workers: readonly DeviceProcess[];
  /** Processes of other programs. */
  others: readonly DeviceProcess[];
  /** Bytes that are held although the driver names nobody who does; 0 when there is no more than usual. */
  unexplained: number;
  /** Whether its memory is known, so that it can be said that nobody uses it. */
  isKnown: boolean;
}

/** Returns who uses a device, from the leases of runs and from what its driver tells. */
export function deviceUse(device: Device, leases: readonly DeviceLease[]): DeviceUse {
  const own = leases.filter((lease) => isSameDevice(lease.device, device));
  const { processes, memory_used: used, memory_total: total, unified_memory: unified } = device;
  const isExplained = own.length > 0 || processes.length > 0;
  // Memory that it shares with the host is held by everything that runs there.
  const isCrowded = used !== null && total !== null && !unified && used > total * OTHERS_SHARE;
  return {
    leases: own,
    workers: own.length > 0 ? [] : processes.filter(({ ours }) => ours),
    others: processes.filter(({ ours }) => !ours),
    unexplained: isCrowded && !isExplained ? used : 0,
    isKnown: used !== null,
  };
}

/** Returns the use of all CPU slots together: each run once, however many of them it has. */
export function slotUse(leases: readonly DeviceLease[]): DeviceUse {
  const bySlot = leases.filter(({ device }) => device.kind === 'cpu');
  const byRun = new Map(bySlot.map((lease) => [lease.run, lease]));
  return { leases: [...byRun.values()], workers: [], others: [], unexplained: 0, isKnown: true };
}

/** Returns what to say of a device that nobody is known to use. */
export function idleWords({ unexplained, isKnown }: Pick<DeviceUse, 'unexplained' | 'isKnown'>): string {
  if (unexplained > 0) return `No run has it, but ${bytes(unexplained)} are held; its driver does not say by whom`;
  return isKnown ? 'Free' : 'No run has it; its driver does not say who else uses it';
}

/** Returns a process in words: `python of anna (4711, 3.0 GiB)`. */
export function processWords({ pid, name, user, memory_used }: DeviceProcess): string {
  const of = user === undefined ? '' : ` of ${user}`;
  const memory = memory_used === null ? '' : `, ${bytes(memory_used)}`;
  return `${name ?? 'a program'}${of} (${pid}${memory})`;
}
