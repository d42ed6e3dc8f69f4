export const NEAR_CHECK_MS = 250;

const GIB = 1024 ** 3;

/**
 * With less than this free nothing is handed out any more (bytes). It leaves room for what the running items still write, and for the journal and the
 * logs of days.
 */
const LOW_MARK_BYTES = 1 * GIB;

/** On a small disk the mark is this share of it: a GiB would be all of a memory disk. */
const LOW_MARK_SHARE = 0.01;

/** How many more files have to fit on a disk (inodes), or its share above: running items make outputs, logs and lists. */
const LOW_MARK_FILES = 10_000;

/** Dispatch goes on at this many times the low mark: at the mark itself it would stop and go on with every item. */
const HIGH_MARK_FACTOR = 2;

/** Where that much cannot be free, dispatch goes on when this share of the space above the low mark is free: a disk is never quite empty. */
const HIGH_MARK_SHARE = 0.5;

/**
 * How often a disk is checked that is far from its mark. Near the mark, and when workers start, it is checked more often. A check takes microseconds
 * (ms).
 */
export const FAR_CHECK_MS = 5_000;

/** How soon after the first check the second one follows: until then it is unknown how fast the disk fills (ms). */
export const SECOND_CHECK_MS = 1_000;

/** How often a disk is checked while dispatch is paused: whoever has freed space waits for it (ms). */
export const PAUSED_CHECK_MS = 1_000;

/** The next check comes after this share of the time in which the disk would be down to its mark at its latest speed. */
const CHECK_SHARE = 0.5;

/** An amount on a disk: bytes, or files that it can hold (inodes). */
export interface Amount {
  free: number;
  size: number;
}

/** Room on a disk. */
export interface DiskSpace {
  /** What this user may still write, and how large the disk is. */
  bytes: Amount;
  /** How many more files fit, and how many at all; both are 0 for a disk that has no such limit. */
  files: Amount;
}

/** Below `low` nothing is handed out any more, from `high` on it goes on. */
export interface SpaceMarks {
  low: number;
  high: number;
}

/**
 * Returns the marks of a disk in bytes.
 * @param size of the disk; 0 where the file system does not report it, and then it is never low
 * @param set what a person wants to be kept free, 0 for no watch; null for the default mark
 */
export function spaceMarks(size: number, set: number | null): SpaceMarks {
  if (size <= 0) return { low: 0, high: 0 };
  const low = set ?? Math.min(LOW_MARK_BYTES, size * LOW_MARK_SHARE);
  const reachable = low + Math.max(0, size - low) * HIGH_MARK_SHARE;
  return { low, high: Math.min(low * HIGH_MARK_FACTOR, reachable) };
}

/**
 * Returns the marks of a disk in files that it can still hold.
 * @param size how many it can hold at all; 0 where it has no such limit, and then it is never low
 */
export function fileMarks(size: number): SpaceMarks {
  const low = Math.min(LOW_MARK_FILES, Math.floor(Math.max(0, size) * LOW_MARK_SHARE));
  return { low, high: low * HIGH_MARK_FACTOR };
}

/** Returns whether a disk is low now: one that was low stays so until the high mark. */
export function isLow(wasLow: boolean, free: number, { low, high }: SpaceMarks): boolean {
  return free < (wasLow ? high : low);
}

/** Returns the milliseconds to the next check: half of the time in which the disk would be down to its mark at the speed at which it filled last. */
export function nextCheckMs(
  now: { free: number; low: boolean },
  before: FilledSince | null,
  marks: SpaceMarks,
): number {
  if (now.low) return PAUSED_CHECK_MS;
  if (marks.low === 0) return FAR_CHECK_MS;
  if (before === null) return SECOND_CHECK_MS;
  const perMs = (before.free - now.free) / Math.max(1, before.ms);
  if (perMs <= 0) return FAR_CHECK_MS;
  return Math.min(FAR_CHECK_MS, Math.max(NEAR_CHECK_MS, (CHECK_SHARE * (now.free - marks.low)) / perMs));
}

/** What was free some milliseconds before. */
export interface FilledSince {
  free: number;
  ms: number;
}
