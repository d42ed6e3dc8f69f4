import { clockTime } from '../../shared/format.ts';

/** A date and time as logs write them: ISO 8601, or with a blank and a comma as Python does. */
const STAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?/;

/** When a line was written, as well as that can be told. */
export interface HitTime {
  /** Local time of day. */
  text: string;
  /** Whether it stands in the line itself; else it is the time of the event before it in the journal. */
  exact: boolean;
}

/**
 * When a line was written: by the time in it, else by the journal.
 * @param notBefore seconds since 1970 before which it was certainly not written; null when that is not known
 */
export function hitTime(text: string, notBefore: number | null): HitTime | null {
  const [stamp] = STAMP.exec(text) ?? [];
  const said = stamp === undefined ? Number.NaN : Date.parse(stamp.replace(' ', 'T').replace(',', '.'));
  if (!Number.isNaN(said)) return { text: clockTime(new Date(said).toISOString()), exact: true };
  if (notBefore === null) return null;
  return { text: clockTime(new Date(notBefore * 1000).toISOString()), exact: false };
}
