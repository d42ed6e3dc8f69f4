import { clockTime } from '../../shared/format.ts';

const DAY_FORMAT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR_FORMAT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment for people, local: the time of today, with the day before today, and with the year before this year. */
export function when(iso: string, now: number): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const today = new Date(now);
  const clock = clockTime(iso).slice(0, 5);
  if (time.toDateString() === today.toDateString()) return clock;
  const format = time.getFullYear() === today.getFullYear() ? DAY_FORMAT : DAY_AND_YEAR_FORMAT;
  return `${format.format(time)}, ${clock}`;
}
