import type { DeviceProcess } from '../../../shared/device.ts';
import { bytes } from '../../../shared/format.ts';

/**
 * Where no driver tells which process holds what, memory is kept for a worker for at most this time, or until its first item has ended: nothing
 * else would show that it has allocated.
 */
export const UNSEEN_RESERVATION_MS = 300_000;

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
  const kept = reserved > 0 ? `, of which ${bytes(reserved)} are kept for workers that are loading` : '';
  return `${label} has ${bytes(free)} of memory free${kept}; ${bytes(needed)} are needed${heldBy(strangers)}`;
}

/** Memory that is set aside for a worker that was let in. Times are those of `performance.now()`. */
export interface Reservation {
  /** Bytes. */
  needed: number;
  /** When it was let in. */
  since: number;
  /** When it ended its first item, and so had all that it needs; null before that. */
  settledAt: number | null;
}

/** What an answer about a device says of a worker. */
interface Shown {
  /** When the answer was asked for. */
  begun: number;
  /** Bytes that it shows the worker's processes to hold. */
  shown: number;
  /** Whether processes of ours can be seen on devices here. */
  seesProcesses: boolean;
}

/**
 * What is still kept for a worker, beside what an answer shows it to hold. Only an answer that was asked for after the worker had its memory can
 * show that: an earlier one still has that memory among what is free, however long the worker has been at work.
 */
export function keptFor({ needed, since, settledAt }: Reservation, { begun, shown, seesProcesses }: Shown): number {
  if (settledAt !== null && begun > settledAt) return 0;
  if (!seesProcesses && begun - since > UNSEEN_RESERVATION_MS) return 0;
  return Math.max(0, needed - shown);
}

function heldBy(strangers: AdmissionQuestion['strangers']): string {
  if (strangers.length === 0) return '';
  const names = strangers.map(({ pid, name, memory_used }) => {
    const size = memory_used === null ? '' : ` ${bytes(memory_used)}`;
    return `${name ?? 'a program'} (process ${pid})${size}`;
  });
  return `; others hold: ${names.join(', ')}`;
}
