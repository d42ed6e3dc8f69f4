/** A run id is a UTC time in milliseconds and four random characters: it sorts by time and is a safe folder name. */
export const RUN_ID_PATTERN = /^\d{8}-\d{6}-\d{3}-[0-9a-z]{4}$/;
/** What a person may type for a run: an id or its beginning. Checked before it is used in a path. */
export const RUN_PREFIX_PATTERN = /^\d[\d-]{0,18}[0-9a-z-]{0,5}$/;
/** The name of a pipeline is also the name of a folder. */
export const PIPELINE_NAME_PATTERN = /^[a-z0-9-]+$/;
/** `worker_0`, `worker_1`, … */
export const WORKER_ID_PATTERN = /^worker_(0|[1-9]\d{0,5})$/;

const RANDOM_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * Makes a run id such as `20261121-051500-123-k3f9`.
 * @param now the moment of launch
 * @param random numbers in [0, 1), one per call
 */
export function makeRunId(now: Date, random: () => number = Math.random): string {
  const digits = now.toISOString().replace(/\D/g, '');
  const tail = Array.from({ length: 4 }, () => RANDOM_ALPHABET[Math.floor(random() * RANDOM_ALPHABET.length)]).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}-${tail}`;
}

/** The worker id of a rank. */
export function workerId(rank: number): string {
  return `worker_${rank}`;
}

/** The folder name of a step, counted from 1: `step_001`. */
export function stepFolder(step: number): string {
  return `step_${String(step).padStart(3, '0')}`;
}

/** Returns the launch time of a run, taken from its id, in milliseconds since 1970. */
export function launchTime(run: string): number {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] =
    /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-(\d{3})/.exec(run) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`);
}
