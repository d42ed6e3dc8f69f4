import type { DeviceProcess } from '../../../shared/device.ts';
import { bytes } from '../../../shared/format.ts';

/**
 * Where no driver reports the memory of each process, memory is reserved for a worker for at most this time, or until its first item has ended:
 * nothing else would show that it has allocated.
 */
export const UNSEEN_RESERVATION_MS = 300_000;

/** What is checked on a device before a worker is started on it. Bytes. */
export interface AdmissionCheck {
  /** How messages name the device: `GPU 0`. */
  label: string;
  needed: number;
  /** null where the driver does not report it; the device may still be used then. */
  free: number | null;
  /** What is reserved for workers that were started and have not allocated yet. */
  reserved: number;
  /** Processes of others on the device. */
  strangers: readonly Pick<DeviceProcess, 'pid' | 'name' | 'memory_used'>[];
}

/** Decides whether a worker may be started on a device. @returns null when it may, or why not, in words */
export function admissionRefusal({ label, needed, free, reserved, strangers }: AdmissionCheck): string | null {
  if (needed === 0 || free === null || free - reserved >= needed) return null;
  const kept = reserved > 0 ? `, of which ${bytes(reserved)} are kept for workers that are loading` : '';
  return `${label} has ${bytes(free)} of memory free${kept}; ${bytes(needed)} are needed${heldBy(strangers)}`;
}

/** Memory that is reserved for an admitted worker. Times are those of `performance.now()`. */
export interface Reservation {
  /** Bytes. */
  needed: number;
  /** When the worker was admitted. */
  since: number;
  /** When the worker ended its first item, and so had all that it needs; null before that. */
  settledAt: number | null;
}

/** What a reading of a device shows of a worker. */
interface Shown {
  /** When the reading began. */
  begun: number;
  /** How many bytes the worker's processes hold in it. */
  shown: number;
  /** Whether our processes are visible on devices here. */
  seesProcesses: boolean;
}

/**
 * Returns what is still reserved for a worker, beside what a reading shows of its memory. Only a reading that began after the worker had its memory
 * can show that. An earlier one still counts that memory as free, however long the worker has been running.
 */
export function keptFor({ needed, since, settledAt }: Reservation, { begun, shown, seesProcesses }: Shown): number {
  if (settledAt !== null && begun > settledAt) return 0;
  if (!seesProcesses && begun - since > UNSEEN_RESERVATION_MS) return 0;
  return Math.max(0, needed - shown);
}

function heldBy(strangers: AdmissionCheck['strangers']): string {
  if (strangers.length === 0) return '';
  const names = strangers.map(({ pid, name, memory_used }) => {
    const size = memory_used === null ? '' : ` ${bytes(memory_used)}`;
    return `${name ?? 'a program'} (process ${pid})${size}`;
  });
  return `; others hold: ${names.join(', ')}`;
}
