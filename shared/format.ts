const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Items per second in the unit that reads best: `12.3/s`, `4.50/min`, `2.00/h`; `-` when unknown. */
export function itemRate(perSecond: number | null): string {
  if (perSecond === null) return '-';
  if (perSecond >= 1 || perSecond === 0) return `${threeDigits(perSecond)}/s`;
  if (perSecond * MINUTE >= 1) return `${threeDigits(perSecond * MINUTE)}/min`;
  return `${threeDigits(perSecond * HOUR)}/h`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `05:15:02`, local time as in the logs, of an ISO time; `--:--:--` when it is none. */
export function clockTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '--:--:--';
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
