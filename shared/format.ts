import type { PausesTaken } from './run/run-model.ts';
import { allTokens, type Counters, type Tokens } from './run/tokens.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A rate is given per minute below this value per second, and per hour below this value per minute. */
const SMALLEST_RATE = 0.1;

const JOULES_PER_WATT_HOUR = 3600;

const UNKNOWN = '-';

/** Items per second in the most readable unit: `12.3/s`, `4.50/min`, `2.00/h`; `-` when unknown. */
export function itemRate(perSecond: number | null): string {
  if (perSecond === null) return '-';
  if (perSecond >= SMALLEST_RATE || perSecond === 0) return `${threeDigits(perSecond)}/s`;
  if (perSecond * MINUTE >= SMALLEST_RATE) return `${threeDigits(perSecond * MINUTE)}/min`;
  return `${threeDigits(perSecond * HOUR)}/h`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A short time with its significant digits: `45 ms`, `2.1 s`; longer ones in whole seconds: `185 s`. */
export function shortTime(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds < 100 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

/** A time that still changes, without digits that only flicker: `2 s`, `3 min 05 s`, `26 h 04 min`. */
export function roughTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  return `${Math.floor(whole / HOUR)} h ${two(Math.floor((whole % HOUR) / MINUTE))} min`;
}

/** The clock time of an ISO time, local as in the logs: `05:15:02`; `--:--:--` when it is not a time. */
export function clockTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '--:--:--';
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `1,234,567` */
export function count(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 item`, `2 items` */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A cost: sizes, counts or whatever a command answers; whole where that loses nothing. */
export function cost(value: number): string {
  return Number.isInteger(value) || value >= 100 ? count(value) : value.toPrecision(3);
}

/** `2.4 s`, `3 min 05 s`, `26 h 04 min` */
export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < MINUTE) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  return `${count(Math.floor(whole / HOUR))} h ${two(Math.floor((whole % HOUR) / MINUTE))} min`;
}

/** `512 B`, `1.5 GiB` */
export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? scaled.toFixed(0) : scaled.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A rate with three significant digits: `0.0123`, `4.56`, `1,234` */
export function rate(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value === 0 || value >= 100) return count(value);
  return value.toPrecision(3);
}

/** Decimals that say something about seconds, shares and rates. */
const DECIMALS = 3;

/** A number of an answer without the decimals that say nothing. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(DECIMALS));
}

/** An energy in the unit that shows it best: `310 J`, `12.3 Wh`, `2.5 kWh`. */
export function energy(joules: number | null): string {
  if (joules === null) return UNKNOWN;
  const wattHours = joules / JOULES_PER_WATT_HOUR;
  if (wattHours < 1) return `${joules.toFixed(0)} J`;
  return wattHours < 1000 ? `${wattHours.toFixed(1)} Wh` : `${(wattHours / 1000).toFixed(1)} kWh`;
}

/** `97 %` */
export function percent(share: number | null): string {
  return share === null ? UNKNOWN : `${(share * 100).toFixed(0)} %`;
}

/** An ISO time as `2026-11-21 05:15:00 UTC`. */
export function time(iso: string | null): string {
  const parsed = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(parsed)) return UNKNOWN;
  return `${new Date(parsed).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The tokens that were read, including those from a cache. */
function promptTokens(tokens: Tokens): number {
  return tokens.input_tokens + tokens.cache_read_tokens + tokens.cache_creation_tokens;
}

/** `12,345 prompt, 678 completion, 13,023 total` */
export function tokenText(tokens: Tokens): string {
  const prompt = promptTokens(tokens);
  if (allTokens(tokens) === 0) return 'none reported';
  return `${count(prompt)} prompt, ${count(tokens.output_tokens)} completion, ${count(allTokens(tokens))} total`;
}

/** How well a step used its devices and what the rest was lost to: `82 % of ideal (load 3 %, imbalance 10 %, waiting 5 %)`. */
export function shareText(
  share: number,
  losses: Readonly<{ load: number; imbalance: number; waiting: number }> | null,
): string {
  const { load = 0, imbalance = 0, waiting = 0 } = losses ?? {};
  const named: [string, number][] = [
    ['loading', load],
    ['imbalance', imbalance],
    ['waiting', waiting],
  ];
  const lost = named.filter(([, part]) => part >= MIN_LOSS).map(([word, part]) => `${word} ${percent(part)}`);
  return `${percent(share)} of ideal${lost.length === 0 ? '' : ` (${lost.join(', ')})`}`;
}

/** Losses below this share are not shown. */
const MIN_LOSS = 0.005;

/** `was paused 2 times, 3 min 05 s in all, for lack of space on a disk` */
export function pausesText({ times, seconds }: PausesTaken): string {
  return `was paused ${plural(times, 'time')}, ${duration(seconds)} in all, for lack of space on a disk`;
}

/** Plural endings and their singulars; workers choose the names of their counters. */
const PLURALS: readonly [RegExp, string][] = [
  [/(?:[aiu]s|ss|species|series)$/, '$&'],
  [/(ch|sh|ss|x)es$/, '$1'],
  [/ies$/, 'y'],
  [/s$/, ''],
];

/** Returns the singular of a name that is a plural: `1 skipped sequence`. */
function singular(name: string): string {
  const [ending, one] = PLURALS.find(([end]) => end.test(name)) ?? [/$/, ''];
  return name.replace(ending, one);
}

/** `12 sequences, 1 base`, in the order of the first report. */
export function counterText(counters: Counters): string {
  return Object.entries(counters)
    .map(([name, value]) => [value, name.replaceAll('_', ' ')] as const)
    .map(([value, name]) => `${count(value)} ${value === 1 ? singular(name) : name}`)
    .join(', ');
}

/** `2026-11-21 05:15:02`, local time as in the logs; `-` for none. */
export function localTime(iso: string | null): string {
  const time = new Date(iso ?? Number.NaN);
  if (iso === null || Number.isNaN(time.getTime())) return '-';
  const day = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return `${time.getFullYear()}-${day} ${clockTime(iso)}`;
}

const DAY_FORMAT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR_FORMAT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** A local time as short as it can be: the clock of today, with the day before today, and with the year before this year; empty when it is none. */
export function shortDate(iso: string, now: number): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const today = new Date(now);
  const clock = clockTime(iso).slice(0, 5);
  if (time.toDateString() === today.toDateString()) return clock;
  const format = time.getFullYear() === today.getFullYear() ? DAY_FORMAT : DAY_AND_YEAR_FORMAT;
  return `${format.format(time)}, ${clock}`;
}
