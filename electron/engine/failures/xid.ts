import type { FailureReason } from '../../../shared/run/failure.ts';

/** An error that the NVIDIA driver wrote into the kernel log. */
export interface Xid {
  /** `0000:3b:00`: domain, bus and device, small letters. */
  bus: string;
  number: number;
  text: string;
  meaning: XidMeaning;
}

interface XidMeaning {
  reason: FailureReason;
  words: string;
}

/** The meanings of the driver's numbers, from NVIDIA's catalogue of Xid errors. Those that a program can cause are no fault of the device. */
const MEANINGS: Readonly<Record<number, XidMeaning>> = {
  13: { reason: 'poisoned-context', words: 'the program made the device compute out of bounds' },
  31: { reason: 'poisoned-context', words: 'the program touched device memory that is not its own' },
  43: { reason: 'poisoned-context', words: 'the program’s work on the device hung and was ended' },
  45: { reason: 'poisoned-context', words: 'the program’s work on the device was ended' },
  46: { reason: 'device-fault', words: 'the device stopped processing' },
  48: { reason: 'device-fault', words: 'the device’s memory has an error that cannot be corrected' },
  61: { reason: 'device-fault', words: 'the device’s controller failed' },
  62: { reason: 'device-fault', words: 'the device’s controller halted' },
  63: { reason: 'device-fault', words: 'the device’s memory needs a repair at the next restart' },
  64: { reason: 'device-fault', words: 'the device’s memory could not be repaired' },
  74: { reason: 'device-fault', words: 'the link between devices failed' },
  79: { reason: 'device-lost', words: 'the device has fallen off the bus' },
  94: { reason: 'device-fault', words: 'the device’s memory has an error that hit this program' },
  95: { reason: 'device-fault', words: 'the device’s memory has an error that hit all programs' },
  109: { reason: 'device-fault', words: 'the device did not switch contexts' },
  119: { reason: 'device-lost', words: 'the device’s system processor does not answer' },
  120: { reason: 'device-lost', words: 'the device’s system processor failed' },
  154: { reason: 'device-lost', words: 'the device has to be reset' },
};
const UNKNOWN: XidMeaning = { reason: 'device-fault', words: 'the driver reports an error of the device' };

const LINE = /NVRM: Xid \(PCI:([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2})(?:\.\d)?\): (\d+)/i;
/** Without a number, as newer drivers print it: `NVRM: The NVIDIA GPU 0000:b3:00.0 …`, then `fallen off the bus`. */
const FALLEN = /NVRM: (?:The NVIDIA GPU|GPU) ([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2})/i;

/** Parses a line of the kernel log; null when it concerns no device. */
export function parseXid(line: string): Xid | null {
  const match = LINE.exec(line);
  if (match !== null) {
    const number = Number(match[2]);
    return { bus: plainBus(match[1] ?? ''), number, text: line.trim(), meaning: MEANINGS[number] ?? UNKNOWN };
  }
  const bus = FALLEN.exec(line)?.[1];
  return bus === undefined
    ? null
    : { bus: plainBus(bus), number: 79, text: line.trim(), meaning: MEANINGS[79] ?? UNKNOWN };
}

/** Returns a bus id as the kernel writes it: four digits of domain, no function, small letters (`00000000:3B:00.0` → `0000:3b:00`). */
export function plainBus(id: string): string {
  const match = /([\da-f]{4}):([\da-f]{2}):([\da-f]{2})(?:\.\d)?$/i.exec(id.trim());
  return match === null ? id.toLowerCase() : `${match[1]}:${match[2]}:${match[3]}`.toLowerCase();
}
