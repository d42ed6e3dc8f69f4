import { bytes } from '../../../shared/format.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { Settings } from '../../../shared/settings.ts';
import { freeSpace } from '../disk/free-space.ts';
import type { Environment } from '../files/data-home.ts';

/** Variables for runs that hold a size, and variables that hold milliseconds. */
const SIZES = ['DROVER_KEEP_FREE', 'DROVER_LOG_BUDGET'] as const;
const TIMES = ['DROVER_STOP_GRACE_MS', 'DROVER_RESTART_PAUSE_MS'] as const;

const BYTES_PER_GIB = 1024 ** 3;

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;

/**
 * Checks that the variables for runs can be read. An empty variable counts as not set. An invalid value is not replaced by the default:
 * whoever set it relies on it.
 */
export function checkRunEnvironment(env: Environment): Problem | null {
  const size = SIZES.find((name) => isGiven(env[name]) && parseSize(env[name]) === null);
  if (size !== undefined)
    return unreadable(env, size, 'not a size', 'Write it such as 20GiB, 500MiB or 0, or unset it.');
  const time = TIMES.find((name) => isGiven(env[name]) && parseMilliseconds(env[name]) === null);
  if (time === undefined) return null;
  return unreadable(env, time, 'not a number of milliseconds', 'Write it such as 5000, or unset it.');
}

/** Returns a variable in milliseconds, or the default when it is not set. */
export function millisecondsOf(env: Environment, name: (typeof TIMES)[number], defaultMs: number): number {
  return parseMilliseconds(env[name]) ?? defaultMs;
}

/**
 * Checks that the disks that a run writes to are larger than the space to keep free; the run would otherwise wait for ever.
 * @param folders absolute; they may not exist yet
 */
export async function checkKeepFree(
  env: Environment,
  settings: Settings,
  folders: readonly string[],
): Promise<Problem | null> {
  const wanted = keepFree(env, settings);
  if (wanted === null || wanted === 0) return null;
  for (const folder of folders) {
    const size = (await freeSpace(folder))?.bytes.size ?? 0;
    if (size > 0 && wanted >= size) return tooMuch(folder, wanted, size, isGiven(env['DROVER_KEEP_FREE']));
  }
  return null;
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

function parseMilliseconds(text: string | undefined): number | null {
  if (!isGiven(text)) return null;
  const given = Number(text);
  return Number.isFinite(given) && given >= 0 ? given : null;
}

function unreadable(env: Environment, name: string, what: string, advice: string): Problem {
  return problem(
    'invalid-usage',
    `The environment variable ${name} is ${JSON.stringify(env[name])}, which is ${what}.`,
    advice,
  );
}

function tooMuch(folder: string, wanted: number, size: number, isVariable: boolean): Problem {
  const [who, advice] = isVariable
    ? ['DROVER_KEEP_FREE', 'Set DROVER_KEEP_FREE to less, or to 0 for no watch.']
    : ['the setting "Keep free on disks"', 'Set less there, or DROVER_KEEP_FREE for this run.'];
  return problem(
    'invalid-usage',
    `${bytes(wanted)} are to stay free by ${who}, and the disk of ${folder} has only ${bytes(size)}: the run would wait for ever.`,
    advice,
  );
}

/**
 * Returns the bytes to keep free on disks that runs write to: `DROVER_KEEP_FREE` when it is set, to a size such as `5GiB` (a start with
 * any other value is refused), otherwise the setting; 0 for no check, null for the default.
 */
export function keepFree(env: Environment, { keepFreeGib }: Settings): number | null {
  return parseSize(env['DROVER_KEEP_FREE']) ?? (keepFreeGib === null ? null : keepFreeGib * BYTES_PER_GIB);
}

/** Returns the bytes of a size such as `50GiB`, `2k` or `0`; null when it is not a size. */
export function parseSize(text: string | undefined): number | null {
  const [, number, unit = ''] = SIZE.exec(text?.trim() ?? '') ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}
