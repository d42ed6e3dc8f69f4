import type { PausesTaken } from './run/run-model.ts';
import { allTokens, type Counters, type Tokens } from './run/tokens.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A rate is told per minute below this many a second, and per hour below this many a minute. */
const SMALLEST_RATE = 0.1;

const JOULES_PER_WATT_HOUR = 3600;

const UNKNOWN = '-';

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

/** A rate with three digits that matter: `0.0123`, `4.56`, `1,234` */
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

/** An energy: `12.3 Wh` */
export function energy(joules: number | null): string {
  return joules === null ? UNKNOWN : `${(joules / JOULES_PER_WATT_HOUR).toFixed(1)} Wh`;
}

/** `97 %` */
export function percent(share: number | null): string {
  return share === null ? UNKNOWN : `${(share * 100).toFixed(0)} %`;
}

/** `2026-11-21 05:15:00 UTC` of an ISO time. */
export function time(iso: string | null): string {
  const parsed = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(parsed)) return UNKNOWN;
  return `${new Date(parsed).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What was read, cache included. */
function promptTokens(tokens: Tokens): number {
  return tokens.input_tokens + tokens.cache_read_tokens + tokens.cache_creation_tokens;
}

/** `12,345 prompt, 678 completion, 13,023 total` */
export function tokenText(tokens: Tokens): string {
  const prompt = promptTokens(tokens);
  if (allTokens(tokens) === 0) return 'none reported';
  return `${count(prompt)} prompt, ${count(tokens.output_tokens)} completion, ${count(allTokens(tokens))} total`;
}

/** `82 % of ideal (load 3 %, imbalance 10 %, waiting 5 %)`: how a step used its devices and what cost the rest. */
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
  const lost = named.filter(([, part]) => part >= LEAST_LOSS).map(([word, part]) => `${word} ${percent(part)}`);
  return `${percent(share)} of ideal${lost.length === 0 ? '' : ` (${lost.join(', ')})`}`;
}

/** Losses below this share are not worth a word. */
const LEAST_LOSS = 0.005;

/** `was paused 2 times, 3 min 05 s in all, for want of room on a disk` */
export function pausesText({ times, seconds }: PausesTaken): string {
  return `was paused ${plural(times, 'time')}, ${duration(seconds)} in all, for want of room on a disk`;
}

/** Plurals of names by their ends, and what is one of them; workers name what they count as they like. */
const PLURALS: readonly [RegExp, string][] = [
  [/(?:[aiu]s|ss|species|series)$/, '$&'],
  [/(ch|sh|ss|x)es$/, '$1'],
  [/ies$/, 'y'],
  [/s$/, ''],
];

/** `1 skipped sequence`: a name that is a plural, of one. */
function ofOne(name: string): string {
  const [ending, one] = PLURALS.find(([end]) => end.test(name)) ?? [/$/, ''];
  return name.replace(ending, one);
}

/** `12 sequences, 1 base`, in the order in which they were first reported. */
export function counterText(counters: Counters): string {
  return Object.entries(counters)
    .map(([name, value]) => [value, name.replaceAll('_', ' ')] as const)
    .map(([value, name]) => `${count(value)} ${value === 1 ? ofOne(name) : name}`)
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
