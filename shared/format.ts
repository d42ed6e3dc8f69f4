const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A rate is told per minute below this many a second, and per hour below this many a minute. */
const SMALLEST_RATE = 0.1;

/** Items per second in the unit that reads best: `12.3/s`, `4.50/min`, `2.00/h`; `-` when unknown. */
export function itemRate(perSecond: number | null): string {
  if (perSecond === null) return '-';
  if (perSecond >= SMALLEST_RATE || perSecond === 0) return `${threeDigits(perSecond)}/s`;
  if (perSecond * MINUTE >= SMALLEST_RATE) return `${threeDigits(perSecond * MINUTE)}/min`;
  return `${threeDigits(perSecond * HOUR)}/h`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A short time with the digits that matter: `45 ms`, `2.1 s`; longer ones in whole seconds: `185 s`. */
export function shortTime(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds < 100 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

/** A time that is still going on or to come, without digits that only flicker: `2 s`, `3 min 05 s`, `26 h 04 min`. */
export function roughTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  return `${Math.floor(whole / HOUR)} h ${two(Math.floor((whole % HOUR) / MINUTE))} min`;
}

/** `05:15:02`, local time as in the logs, of an ISO time; `--:--:--` when it is none. */
export function clockTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '--:--:--';
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
