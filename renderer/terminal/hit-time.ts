import { clockTime } from '../../shared/format.ts';

/** A date and time in a log: ISO 8601, or with a blank and a comma as in Python. */
const STAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?/;

/** When a line was written, as far as known. */
export interface HitTime {
  /** Local time of day. */
  text: string;
  /** Whether the time is in the line itself; else it is the time of the previous event in the journal. */
  exact: boolean;
}

/**
 * Returns when a line was written: from the time in it, else from the journal.
 * @param notBefore seconds since 1970 before which it was certainly not written; null when unknown
 */
export function hitTime(text: string, notBefore: number | null): HitTime | null {
  const [stamp] = STAMP.exec(text) ?? [];
  const written = stamp === undefined ? Number.NaN : Date.parse(stamp.replace(' ', 'T').replace(',', '.'));
  if (!Number.isNaN(written)) return { text: clockTime(new Date(written).toISOString()), exact: true };
  if (notBefore === null) return null;
  return { text: clockTime(new Date(notBefore * 1000).toISOString()), exact: false };
}
