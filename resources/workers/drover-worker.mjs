/**
 * Helper for Drover workers written in JavaScript: the queue on standard input, reports, atomic outputs, and logging.
 * One file without dependencies, for Node 20 and later, whatever its length: workers elsewhere copy it. The README beside it describes the
 * input and output of a worker.
 *
 * ```js
 * for await (const item of items()) {
 *   const output = atomicOutput(item.output);
 *   await predict(item.file, output.temporary, (done, total) => reportProgress(item.file, done, total));
 *   output.commit();
 *   complete(item.file, { outputs: [item.output] });
 * }
 * ```
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** The shortest interval of progress reports in milliseconds: people need no more, and reading them takes time. */
const PROGRESS_INTERVAL_MS = 200;
/** The largest number of characters of an error: a report is one line that others parse. */
const MAX_ERROR_LENGTH = 4_000;
/** Levels with the numbers of Python's logging. */
const LEVELS = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 };

/** @typedef {keyof typeof LEVELS} Level */
/**
 * An item from the engine; it may have more keys. In a step that joins others, `files` has the files of the join by their names.
 * @typedef {{ file: string, output: string | null, attempt: number, files?: Record<string, string> }} Item
 */

const stop = new AbortController();
/** Aborted when the worker is asked to end. Listeners run first; then temporary outputs are removed and the process ends. */
export const stopping = stop.signal;

/**
 * Yields the items to process, and reports each as started when it is handed out. They come from standard input, one JSON object per line
 * until its end, or from `files` when the worker is run by hand. Report `complete` or `failed` to get the next one.
 * @param {{ files?: string[] }} [options]
 * @returns {AsyncGenerator<Item, void>}
 */
export async function* items({ files = [] } = {}) {
  endCleanlyWhenAsked();
  for await (const item of files.length > 0 ? itemsOfArguments(files) : itemsOfQueue()) {
    reportStarted(item.file);
    yield item;
  }
}

/**
 * @param {string[]} files
 * @returns {Item[]}
 */
function itemsOfArguments(files) {
  return files.map((file) => ({ file: resolve(file), output: null, attempt: 1 }));
}

async function* itemsOfQueue() {
  for await (const line of linesOf(process.stdin)) if (line.trim() !== '') yield parseItem(line);
}

/**
 * Yields the lines of a stream of text, split only at line feeds: Node's own reader also splits at U+2028 and U+2029, which file names may
 * contain. Text after the last line feed is a line, too.
 * @param {import('node:stream').Readable} stream
 * @returns {AsyncGenerator<string, void>}
 */
export async function* linesOf(stream) {
  let rest = '';
  for await (const piece of stream.setEncoding('utf8')) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/**
 * @param {string} line
 * @returns {Item}
 */
function parseItem(line) {
  /** @type {Partial<Item> | null} */
  let item = null;
  try {
    item = JSON.parse(line);
  } catch {
    // Reported below, together with JSON that is not an item.
  }
  if (typeof item?.file === 'string') return { output: null, attempt: 1, ...item, file: item.file };
  throw new Error(`Standard input: expected an item such as {"file": "/data/a.fa"} on each line, found: ${line}`);
}

/**
 * Reports that work on a file has begun; `items()` does it by itself.
 * @param {string} file as it was handed out
 */
export function reportStarted(file) {
  begun.set(file, performance.now());
  report({ file, status: 'started' });
}

/** When work on a file began, in milliseconds of a monotonic clock. @type {Map<string, number>} */
const begun = new Map();

/**
 * Returns the time since the start of a file was reported; undefined when it was not.
 * @param {string} file
 */
function secondsOf(file) {
  const since = begun.get(file);
  begun.delete(file);
  return since === undefined ? undefined : Math.round((performance.now() - since) * 1_000) / 1_000_000;
}

let lastProgress = { file: '', time: 0 };

/**
 * Reports the progress of a file, in a unit of the worker's choice. Calls in quick succession are skipped.
 * @param {string} file @param {number} done @param {number} total @param {Record<string, unknown>} [metrics]
 */
export function reportProgress(file, done, total, metrics) {
  const time = performance.now();
  if (lastProgress.file === file && time - lastProgress.time < PROGRESS_INTERVAL_MS) return;
  lastProgress = { file, time };
  report({ file, status: 'progress', done, total, metrics });
}

/**
 * Reports that a file is done and its outputs are in place.
 * @param {string} file
 * @param {{ outputs?: string[], metrics?: Record<string, unknown> }} [result]
 */
export function complete(file, { outputs, metrics } = {}) {
  report({ file, status: 'complete', seconds: secondsOf(file), outputs, metrics });
}

/**
 * Reports that a file cannot be processed; the worker goes on with the next.
 * @param {string} file @param {unknown} error an Error or a sentence
 * @param {{ metrics?: Record<string, unknown> }} [result]
 */
export function failed(file, error, { metrics } = {}) {
  const text = error instanceof Error ? error.message : String(error);
  report({ file, status: 'failed', seconds: secondsOf(file), error: text.slice(0, MAX_ERROR_LENGTH), metrics });
}

let reportDescriptor = -1;

/**
 * Writes one line in one write to a descriptor in append mode: writers that share the file cannot split each other's lines.
 * @param {Record<string, unknown>} content
 */
function report(content) {
  if (reportDescriptor < 0) reportDescriptor = openReports();
  const line = Buffer.from(`${JSON.stringify({ gpu_id: deviceNumber(), ...content, time: Date.now() / 1_000 })}\n`);
  const written = writeSync(reportDescriptor, line);
  if (written === line.length) return;
  throw new Error(`Only ${written} of ${line.length} bytes of a report could be written. Is the disk full?`);
}

function openReports() {
  const path = process.env['DROVER_REPORT_FILE'] ?? '';
  if (path !== '') return openSync(path, 'a');
  process.stderr.write('DROVER_REPORT_FILE is not set: running alone, reports go to standard output.\n');
  return process.stdout.fd;
}

/** Returns the device of this worker, as a number where it is one; its rank when no mask sets a device. */
function deviceNumber() {
  const { CUDA_VISIBLE_DEVICES = '', ROCR_VISIBLE_DEVICES = '' } = process.env;
  const mask = CUDA_VISIBLE_DEVICES === '' ? ROCR_VISIBLE_DEVICES : CUDA_VISIBLE_DEVICES;
  if (mask === '') return workerRank();
  return /^\d+$/.test(mask) ? Number(mask) : mask;
}

/**
 * Returns the rank of this worker, 0 when it runs alone.
 * @returns {number}
 */
export function workerRank() {
  return Number(process.env['DROVER_RANK'] ?? process.env['RANK'] ?? 0);
}

/**
 * Creates a folder and its parents. `mkdirSync` with `recursive` never returns when an existing folder reports that it does not exist.
 * @param {string} folder
 */
function makeFolders(folder) {
  const parent = dirname(folder);
  for (const attempt of [makeFolders, null]) {
    try {
      mkdirSync(folder);
      return;
    } catch (error) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (attempt === null || !missing || parent === folder) throw error;
      attempt(parent);
    }
  }
}

const temporaries = new Set();

/**
 * Creates an atomic output: write to `temporary`, which has the same folder and suffix, then call `commit`, which flushes it to the disk and
 * renames it; or call `discard`. The temporary file is also removed when the worker is asked to end.
 * @param {string} path
 */
export function atomicOutput(path) {
  endCleanlyWhenAsked();
  const temporary = join(dirname(path), partialName(basename(path)));
  makeFolders(dirname(path));
  rmSync(temporary, { force: true });
  temporaries.add(temporary);
  return {
    temporary,
    commit() {
      syncFile(temporary);
      renameSync(temporary, path);
      temporaries.delete(temporary);
    },
    discard() {
      rmSync(temporary, { force: true });
      temporaries.delete(temporary);
    },
  };
}

/** The longest file name in bytes. */
const NAME_BYTES = 255;
/** The number of digest characters that replace a name with no room for an addition. */
const DIGEST_CHARACTERS = 32;

/**
 * Returns the name of a temporary file: the same for the same output, so that the file of a killed worker is found again, and with its suffix.
 * @param {string} name
 */
function partialName(name) {
  const whole = `.partial.${name}`;
  if (Buffer.byteLength(whole) <= NAME_BYTES) return whole;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS);
  const short = `.partial.${digest}${extname(name)}`;
  return Buffer.byteLength(short) <= NAME_BYTES ? short : `.partial.${digest}`;
}

/**
 * Flushes a file to the disk. Otherwise it may be empty after a power failure, although its report says that it is complete.
 * @param {string} path
 */
function syncFile(path) {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

let endingCleanly = false;

function endCleanlyWhenAsked() {
  if (endingCleanly) return;
  endingCleanly = true;
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, endBySignal);
}

/**
 * Ends by a signal. The current item stays unreported, so that the engine hands it out again. `once` has restored the default action.
 * @param {NodeJS.Signals} signal
 */
function endBySignal(signal) {
  stop.abort();
  for (const temporary of temporaries) rmSync(temporary, { force: true });
  process.kill(process.pid, signal);
}

/**
 * Returns the path of a worker's log.
 * @param {string} logDir @param {number} rank
 */
export function getWorkerLogPath(logDir, rank) {
  return join(logDir, `worker_${rank}.log`);
}

/**
 * Appends the log lines of this worker to its file, warnings and errors also to standard error. When standard error is the same file,
 * as inside a Drover worker, nothing is written twice, and the engine writes the first lines.
 * @param {number} rank @param {string} logDir
 * @param {keyof typeof LEVELS | number} [logLevel] the lowest level that is written
 */
export function setupWorkerLogging(rank, logDir, logLevel = 'INFO') {
  const path = getWorkerLogPath(logDir, rank);
  const alone = !isStandardError(path);
  makeFolders(logDir);
  const descriptor = openSync(path, 'a+');
  const threshold = typeof logLevel === 'number' ? logLevel : (LEVELS[logLevel] ?? LEVELS.INFO);
  if (alone) beginLog(descriptor, path, rank);
  /** @param {string} name @param {Level} level @param {unknown} message */
  const write = (name, level, message) => {
    if (LEVELS[level] < threshold) return;
    const line = formatLine(rank, name, level, message);
    writeSync(descriptor, line);
    if (alone && LEVELS[level] >= LEVELS.WARNING) process.stderr.write(line);
  };
  return { path, getLogger: (/** @type {string} */ name) => makeLogger(name, write) };
}

/**
 * Whether descriptor 2 writes into this file: compares device and inode, because a file may have many names.
 * @param {string} path
 */
function isStandardError(path) {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (file === undefined) return false;
  const standardError = fstatSync(2, { bigint: true });
  return file.dev === standardError.dev && file.ino === standardError.ino;
}

/**
 * Begins the log. A partial line from the last end of the worker gets its newline first.
 * @param {number} descriptor @param {string} path @param {number} rank
 */
function beginLog(descriptor, path, rank) {
  const { size } = fstatSync(descriptor);
  if (size > 0) {
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, size - 1);
    const mend = last.toString() === '\n' ? '' : '\n';
    writeSync(descriptor, `${mend}=== Resume at ${new Date().toISOString()} ===\n`);
  }
  writeSync(descriptor, formatLine(rank, 'drover', 'INFO', `Worker ${rank} logging initialized: ${path}`));
}

/** @param {number} rank @param {string} name @param {Level} level @param {unknown} message */
function formatLine(rank, name, level, message) {
  const text = message instanceof Error ? (message.stack ?? message.message) : String(message);
  return `${formatTime(new Date())} - Worker ${rank} - ${name} - ${level} - ${text}\n`;
}

/**
 * Formats local time as Python's logging does: `2026-11-21 05:15:00,123`.
 * @param {Date} time
 */
function formatTime(time) {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)},${local.slice(20, 23)}`;
}

/** @param {string} name @param {(name: string, level: Level, message: unknown) => void} write */
function makeLogger(name, write) {
  return {
    debug: (/** @type {unknown} */ message) => write(name, 'DEBUG', message),
    info: (/** @type {unknown} */ message) => write(name, 'INFO', message),
    warning: (/** @type {unknown} */ message) => write(name, 'WARNING', message),
    error: (/** @type {unknown} */ message) => write(name, 'ERROR', message),
  };
}
