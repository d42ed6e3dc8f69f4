/** What bundled queue workers in JavaScript have in common: the loop over items, their log, and how they end. */
import { basename, resolve } from 'node:path';
import { complete, failed, items, setupWorkerLogging, workerRank } from './drover-worker.mjs';

/** The status of wrong usage, as in the other commands. */
export const EXIT_USAGE = 2;

/** @typedef {{ info(message: string): void, error(message: string): void }} WorkerLog */
/** @typedef {{ outputs: string[], metrics: Record<string, number>, said: string }} Work what an item has become, and how it is said in the log */

/** Inside a Drover worker lines go to its log; alone, to standard error. @param {string} name @returns {WorkerLog} */
export function openLog(name) {
  const folder = process.env['DROVER_LOG_DIR'] ?? '';
  if (folder !== '') return setupWorkerLogging(workerRank(), folder).getLogger(name);
  /** @param {string} message */
  const print = (message) => process.stderr.write(`${message}\n`);
  return { info: print, error: print };
}

/**
 * Works on items until the queue ends; one that cannot be done must not keep the others from it.
 * @param {object} request
 * @param {WorkerLog} request.log
 * @param {string[]} request.files given by hand; else items come from standard input
 * @param {string} request.suffix of outputs when run by hand: they go to the current folder
 * @param {(file: string, output: string, files: Record<string, string>) => Promise<Work>} request.work
 * gets the files of a join as well, by their names
 */
export async function processItems({ log, files, suffix, work }) {
  let failures = 0;
  for await (const { file, output, files: joined = {} } of items({ files })) {
    const started = performance.now();
    try {
      const { outputs, metrics, said } = await work(file, output ?? resolve(`${stemOf(file)}${suffix}`), joined);
      log.info(`${basename(file)}: ${said} in ${((performance.now() - started) / 1000).toFixed(2)} s`);
      complete(file, { outputs, metrics });
    } catch (error) {
      failures += 1;
      log.error(`${basename(file)}: ${messageOf(error)}`);
      failed(file, `${file}: ${messageOf(error)}`);
    }
  }
  // An engine counts failures by the reports; whoever runs this by hand looks at the exit status.
  if (files.length > 0 && failures > 0) process.exitCode = 1;
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
