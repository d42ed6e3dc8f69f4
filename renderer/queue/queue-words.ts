import type { WaitingRun } from '../../shared/contract/machine.ts';
import { shortDate } from '../../shared/format.ts';

/** Returns when a waiting run is expected to start, in words. @param now milliseconds since 1970 */
export function expectedWords(expected: WaitingRun['expected'], now: number): string {
  if (expected === null) return 'start not known yet';
  return Date.parse(expected) <= now ? 'starts next' : `starts about ${shortDate(expected, now)}`;
}
