import type { DeviceProcess } from '../../../shared/device.ts';

const BYTES_PER_GIB = 1024 ** 3;

/** What is asked of a device before a worker is started on it. Bytes. */
export interface AdmissionQuestion {
  /** How the device is called: `GPU 0`. */
  label: string;
  needed: number;
  /** null where the driver does not say; that is not held against the device. */
  free: number | null;
  /** What is kept for workers that were started and have not allocated yet. */
  reserved: number;
  /** Processes of others on the device. */
  strangers: readonly Pick<DeviceProcess, 'pid' | 'name' | 'memory_used'>[];
}

/** Whether a worker may be started on a device now. @returns null when it may, or why not, in words */
export function admissionRefusal({ label, needed, free, reserved, strangers }: AdmissionQuestion): string | null {
  if (needed === 0 || free === null || free - reserved >= needed) return null;
  const kept = reserved > 0 ? `, of which ${gib(reserved)} are kept for workers that are loading` : '';
  return `${label} has ${gib(free)} of memory free${kept}; ${gib(needed)} are needed${heldBy(strangers)}`;
}

/**
 * What is still kept for a worker that was started.
 * @param needed what it was started for
 * @param allocated what its processes hold already
 */
export function stillReserved(needed: number, allocated: number): number {
  return Math.max(0, needed - allocated);
}

function heldBy(strangers: AdmissionQuestion['strangers']): string {
  if (strangers.length === 0) return '';
  const names = strangers.map(({ pid, name, memory_used }) => {
    const size = memory_used === null ? '' : ` ${gib(memory_used)}`;
    return `${name ?? 'a program'} (process ${pid})${size}`;
  });
  return `; others hold: ${names.join(', ')}`;
}

function gib(bytes: number): string {
  return `${(bytes / BYTES_PER_GIB).toFixed(1)} GiB`;
}
