import { type DeviceRef, deviceLabel } from '../../../shared/device.ts';
import type { FailureReason } from '../../../shared/run/failure.ts';

/** Where a program ran: this gives the meaning of its own device numbers. */
export interface SeenDevices {
  device: DeviceRef;
  /** The mask that the step itself sets in place of ours; undefined where it sets none. */
  mask: string | undefined;
}

/** Reasons that concern a device, so that its name is added to them. */
const ABOUT_DEVICES: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'cuda-out-of-memory',
  'device-lost',
  'device-fault',
  'device-busy',
  'invalid-device',
  'poisoned-context',
  'unsupported-device',
]);

/** The ways in which messages number a device: `GPU 0`, `(GPU 0;`, `cuda:0`, `device 0`, `/device:GPU:0`. */
const NUMBERED = /\b(?:(?:GPU|HIP|XPU):? ?|cuda:|hip:|device[ =:]'?(?:cuda:)?)(\d{1,3})\b/i;

/**
 * Puts the real device before a message: a program numbers what it sees, which is mostly one device, as 0. `GPU 2 (cuda:0 of the program): …` or,
 * where the message has no number, `GPU 2: …`. The message itself is not changed, so that it can be found in the log.
 */
export function nameDevice(line: string, reason: FailureReason, seen: SeenDevices): string {
  if (!ABOUT_DEVICES.has(reason) || seen.device.kind === 'cpu') return line;
  const number = NUMBERED.exec(line)?.[1];
  const real = number === undefined ? deviceLabel(seen.device) : realDevice(Number(number), seen);
  if (real === null) return line;
  return number === undefined || real === `GPU ${number}`
    ? `${deviceLabel(seen.device)}: ${line}`
    : `${real} (number ${number} of the program): ${line}`;
}

/** Returns the device for a program's number; null when it sees no such device. */
function realDevice(number: number, { device, mask }: SeenDevices): string | null {
  if (mask === undefined) return number === 0 ? deviceLabel(device) : null;
  const entry = mask.split(',')[number]?.trim();
  if (entry === undefined || entry === '') return null;
  return /^\d+$/.test(entry) ? `GPU ${entry}` : `device ${entry}`;
}
