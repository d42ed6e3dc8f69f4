import {
  FAR_LOOK_MS,
  HIGH_MARK_FACTOR,
  HIGH_MARK_SHARE,
  LOOK_SHARE,
  LOW_MARK_BYTES,
  LOW_MARK_FILES,
  LOW_MARK_SHARE,
  NEAR_LOOK_MS,
  PAUSED_LOOK_MS,
  SECOND_LOOK_MS,
} from './limits.ts';

/** Something of which a disk has so much: bytes, or files that it can hold (inodes). */
export interface Amount {
  free: number;
  size: number;
}

/** Room on a disk. */
export interface DiskSpace {
  /** What this user may still write, and how large the disk is. */
  bytes: Amount;
  /** How many more files fit, and how many at all; a disk that has no such limit says 0 of both. */
  files: Amount;
}

/** Below `low` nothing is handed out any more, from `high` on it goes on. */
export interface SpaceMarks {
  low: number;
  high: number;
}

/**
 * The marks of a disk in bytes.
 * @param size of the disk; 0 where the file system does not say, and then it is never low
 * @param set what somebody wants to be kept free, 0 for no watch; null for the standing mark
 */
export function spaceMarks(size: number, set: number | null): SpaceMarks {
  if (size <= 0) return { low: 0, high: 0 };
  const low = set ?? Math.min(LOW_MARK_BYTES, size * LOW_MARK_SHARE);
  const reachable = low + Math.max(0, size - low) * HIGH_MARK_SHARE;
  return { low, high: Math.min(low * HIGH_MARK_FACTOR, reachable) };
}

/**
 * The marks of a disk in files that it can still hold.
 * @param size how many it can hold at all; 0 where it has no such limit, and then it is never low
 */
export function fileMarks(size: number): SpaceMarks {
  const low = Math.min(LOW_MARK_FILES, Math.floor(Math.max(0, size) * LOW_MARK_SHARE));
  return { low, high: low * HIGH_MARK_FACTOR };
}

/** Whether a disk is low now: one that was low stays so until the high mark. */
export function isLow(wasLow: boolean, free: number, { low, high }: SpaceMarks): boolean {
  return free < (wasLow ? high : low);
}

/** Milliseconds to the next look: half of the time in which the disk would be down to its mark at the speed at which it filled last. */
export function nextLookMs(now: { free: number; low: boolean }, before: FilledSince | null, marks: SpaceMarks): number {
  if (now.low) return PAUSED_LOOK_MS;
  if (marks.low === 0) return FAR_LOOK_MS;
  if (before === null) return SECOND_LOOK_MS;
  const perMs = (before.free - now.free) / Math.max(1, before.ms);
  if (perMs <= 0) return FAR_LOOK_MS;
  return Math.min(FAR_LOOK_MS, Math.max(NEAR_LOOK_MS, (LOOK_SHARE * (now.free - marks.low)) / perMs));
}

/** What was free some milliseconds before. */
export interface FilledSince {
  free: number;
  ms: number;
}
