import { DEFAULT_STALL_SECONDS } from '../../../shared/pipeline/pipeline.ts';

/** Where the pipeline sets no stall time-out, a worker may be silent for this many times what nearly all items took. */
const STALL_ITEM_TIMES = 10;

/** How long a worker may be silent, and what else has to hold. */
export interface StallLimit {
  seconds: number;
  /** Whether a device that computes speaks for the worker: only where the pipeline left the matter to us. */
  needsIdleDevice: boolean;
}

/**
 * When a worker counts as stalled. A time that the pipeline or the launch sets holds exactly. With the default it is a floor: items that take
 * long and print nothing are given ten times what all but one in twenty of them took.
 * @param set undefined where nobody has set a time
 * @param p95 seconds; null before the first item
 */
export function stallLimit(set: number | undefined, p95: number | null): StallLimit {
  if (set !== undefined) return { seconds: set, needsIdleDevice: false };
  return { seconds: Math.max(DEFAULT_STALL_SECONDS, STALL_ITEM_TIMES * (p95 ?? 0)), needsIdleDevice: true };
}
