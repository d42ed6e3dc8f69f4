/** The first attempt after a loss comes soon, as most losses are a restart (milliseconds). */
const FIRST_DELAY_MS = 300;
/** An engine that comes back is noticed within this time (milliseconds). */
const LONGEST_DELAY_MS = 5_000;

/**
 * How long to wait before the next attempt to connect.
 * @param failures attempts in a row that failed, from 0
 * @returns milliseconds, doubling up to a limit
 */
export function retryDelay(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
}
