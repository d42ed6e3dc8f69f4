import { availableParallelism, loadavg } from 'node:os';

/**
 * How long tests wait, in one place. A limit only says when to give up: it is written for an idle machine, and stretched by how many wait
 * for each core of this one. Whatever is stretched stays below two minutes.
 */

/** A long silence looks like a hang to whoever watches; one line in this time (milliseconds) shows that tests go on. */
export const HEARTBEAT_MS = 9_000;
/** Without a sign from a test for this long (milliseconds), it hangs: the watchdog names it and ends the suite. */
export const HUNG_MS = 118_000;
/** A test that waits for something ends by this time (milliseconds). */
export const TEST_LIMIT_MS = 110_000;
/** No single wait is longer (milliseconds), so that a test can still say what it waited for. */
export const LONGEST_WAIT_MS = 90_000;

/** How many times slower than alone a program is here now, at most: as many as want each core share it. 1 where the load is not told. */
export function slowness(): number {
  const [lastMinute = 0] = loadavg();
  return Math.max(1, lastMinute / availableParallelism());
}

/** A limit for this machine, in whole milliseconds, from the limit for an idle one. */
export function patience(idleMs: number): number {
  return Math.round(Math.max(idleMs, Math.min(idleMs * slowness(), LONGEST_WAIT_MS)));
}
