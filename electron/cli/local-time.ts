import { clockTime } from '../../shared/format.ts';

/** `2026-11-21 05:15:02`, local time as in the logs; `-` for none. */
export function localTime(iso: string | null): string {
  const time = new Date(iso ?? Number.NaN);
  if (iso === null || Number.isNaN(time.getTime())) return '-';
  const day = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return `${time.getFullYear()}-${day} ${clockTime(iso)}`;
}
