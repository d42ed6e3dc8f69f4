/** The shared parts of bundled queue workers in JavaScript: the loop over items, their log, and how they end. */
import { basename, resolve } from 'node:path';
import { complete, failed, items, setupWorkerLogging, workerRank } from './drover-worker.mjs';

/** The status of wrong usage, as in the other commands. */
export const EXIT_USAGE = 2;

/** @typedef {{ info(message: string): void, warning(message: string): void, error(message: string): void }} WorkerLog */
/**
 * The result of an item, with its text in the log.
 * @typedef {{ outputs: string[], metrics: Record<string, unknown>, said: string, warnings?: readonly string[] }} Work
 */

/** Logs inside Drover to the worker's log, otherwise to standard error. @param {string} name @returns {WorkerLog} */
export function openLog(name) {
  const folder = process.env['DROVER_LOG_DIR'] ?? '';
  if (folder !== '') return setupWorkerLogging(workerRank(), folder).getLogger(name);
  /** @param {string} message */
  const print = (message) => process.stderr.write(`${message}\n`);
  return { info: print, warning: print, error: print };
}

/**
 * Processes items until the queue ends; a failed item must not prevent the others.
 * @param {object} request
 * @param {WorkerLog} request.log
 * @param {string[]} request.files given by hand; otherwise items come from standard input
 * @param {string} request.suffix of outputs when run by hand: they go to the current folder
 * @param {(file: string, output: string, files: Record<string, string>) => Promise<Work>} request.work
 * gets the files of a join as well, by their names
 */
export async function processItems({ log, files, suffix, work }) {
  let failures = 0;
  for await (const { file, output, files: joined = {} } of items({ files })) {
    const started = performance.now();
    try {
      const done = await work(file, output ?? resolve(`${stemOf(file)}${suffix}`), joined);
      const { outputs, metrics, said, warnings = [] } = done;
      for (const warning of warnings) log.warning(`${basename(file)}: ${warning}`);
      log.info(`${basename(file)}: ${said} in ${((performance.now() - started) / 1000).toFixed(2)} s`);
      complete(file, { outputs, metrics });
    } catch (error) {
      failures += 1;
      log.error(`${basename(file)}: ${messageOf(error)}`);
      failed(file, `${file}: ${messageOf(error)}`);
    }
  }
  // An engine counts failures by the reports; a person who runs this by hand checks the exit status.
  if (files.length > 0 && failures > 0) process.exitCode = 1;
}

/**
 * Returns the metrics of records without letters: their number, and the names of the first ones.
 * @param {{ count: number, ids: readonly string[] }} leftOut
 */
export function leftOutMetrics({ count, ids }) {
  return count === 0 ? {} : { skipped_sequences: count, skipped_ids: ids };
}

/** The options of workers that read sequences, for `parseArgs`. */
export const SEQUENCE_OPTIONS = /** @type {const} */ ({
  ids: { type: 'string', default: 'first-word' },
  'check-kind': { type: 'string', default: 'true' },
});

/**
 * Returns their values, or a sentence about what is wrong with them.
 * @param {{ ids: string, 'check-kind': string }} values
 * @returns {{ ids: import('./sequences/header-line.mjs').IdRule, onlyDna: boolean } | { text: string }}
 */
export function readSequenceOptions({ ids, 'check-kind': check }) {
  if (ids !== 'first-word' && ids !== 'whole-header')
    return { text: `--ids must be first-word or whole-header, found: ${ids}\n` };
  if (check !== 'true' && check !== 'false') return { text: `--check-kind must be true or false, found: ${check}\n` };
  return { ids, onlyDna: check === 'true' };
}

/** @param {string} file */
function stemOf(file) {
  return basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '');
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
