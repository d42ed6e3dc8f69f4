/**
 * The launcher for Windows: starts one worker, waits for it and records how it ended, even when no engine is running then.
 *
 * usage: node launcher-windows.mjs RECORD START PIPE OWNER COMMAND [ARGUMENT...]
 *   RECORD  file that gets one line at the start and one at the end; a line counts only with its newline, so a torn line is ignored
 *   START   number of this start, for the lines
 *   PIPE    name of the pipe to serve for the worker's standard input, or - for none
 *   OWNER   file that an engine touches while it owns the run
 *
 * Windows has neither FIFOs nor signals. A client of the pipe writes lines for the worker; a line with only U+0004 is end of input.
 * Only the user who created a pipe may write to it, and a name that another user has taken is refused.
 * The worker dies with this process, because Node puts it into a job together with it.
 * DROVER_LAUNCHER_LOOK_SECONDS (60 when not set) is the interval between two checks of OWNER; tests shorten it.
 * Not tested on Windows, only on other systems with a socket instead of the pipe.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from './windows-processes.mjs';

/** A text that is not a JSON object: EOT, as a terminal ends input. The engine writes the same. */
const END_OF_INPUT = '\u0004';
/** The number of checks in a row without an engine after which the worker gets end of input. */
const IDLE_LOOKS = 10;
/** The interval of attempts to write a record on a full disk, in milliseconds. */
const RECORD_RETRY_MS = 1_000;
const LOOK_SECONDS = Number(process.env['DROVER_LAUNCHER_LOOK_SECONDS'] ?? 60);
/** The statuses that shells use for a program that does not exist, and for one that cannot be run. */
const NOT_FOUND_STATUS = 127;
const NOT_EXECUTABLE_STATUS = 126;

const [record = '', start = '', pipe = '-', owner = '', program = '', ...args] = process.argv.slice(2);

// A stop may reach all processes of a console. The launcher survives it, to record the end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

if (pipe === '-') {
  await run(null);
} else {
  const server = createServer().on('error', (error) => void refuse(error));
  server.listen(pipe, () => void run(server));
}

/** @param {import('node:net').Server | null} server */
async function run(server) {
  const worker = spawn(program, args, {
    env: workerEnvironment(),
    stdio: [server === null ? 'ignore' : 'pipe', 'inherit', 'inherit'],
    windowsHide: true,
  });
  const ended = statusOf(worker);
  if (worker.stdin !== null && server !== null) feed(worker.stdin, server);
  if (worker.pid !== undefined) await note({ pid: worker.pid, pgid: process.pid, ...(await identify(worker.pid)) });
  const status = await ended;
  await note({ status });
  process.exit(status);
}

/** @param {Error} error why the pipe cannot be served */
async function refuse(error) {
  process.stderr.write(`launcher: ${pipe}: ${error.message}\n`);
  await note({ status: NOT_EXECUTABLE_STATUS });
  process.exit(NOT_EXECUTABLE_STATUS);
}

/**
 * Returns the environment of the worker. In the packaged app this runs in Electron, which is a plain Node only with a variable that workers
 * do not get. A worker that runs in the same program, through `{node}`, needs that variable too.
 */
function workerEnvironment() {
  const { ELECTRON_RUN_AS_NODE, ...env } = process.env;
  return program === process.execPath ? { ...env, ELECTRON_RUN_AS_NODE } : env;
}

/**
 * Returns the status as the other launchers record it: a signal as 128 plus its number.
 * @param {import('node:child_process').ChildProcess} worker @returns {Promise<number>}
 */
function statusOf(worker) {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    worker.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      process.stderr.write(`launcher: ${program}: ${error.code === 'ENOENT' ? 'not found' : error.message}\n`);
      resolve(error.code === 'ENOENT' ? NOT_FOUND_STATUS : NOT_EXECUTABLE_STATUS);
    });
  });
}

/**
 * Passes on the complete lines of every connection; the torn last line of a dead engine is not an item.
 * @param {import('node:stream').Writable} input @param {import('node:net').Server} server
 */
function feed(input, server) {
  // A worker that ended does not read any more. Its end is recorded, and the engine judges the items that it did not read.
  input.on('error', () => {});
  mindOwner(() => input.end());
  server.on('connection', (connection) => {
    connection.on('error', () => {});
    let torn = '';
    connection.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const lines = (torn + text).split('\n');
      torn = lines.pop() ?? '';
      for (const line of lines) passOn(line, input, connection);
    });
  });
}

/** @param {string} line @param {import('node:stream').Writable} input @param {import('node:net').Socket} connection */
function passOn(line, input, connection) {
  if (input.writableEnded) return;
  if (line === END_OF_INPUT) {
    input.end();
  } else if (!input.write(`${line}\n`)) {
    connection.pause();
    input.once('drain', () => connection.resume());
  }
}

/**
 * Gives the worker end of input when no engine has touched OWNER for ten checks, one minute apart. Never kills.
 * @param {() => void} endInput
 */
function mindOwner(endInput) {
  let touched = touchTime();
  let idle = 0;
  const timer = setInterval(() => {
    const now = touchTime();
    idle = now === touched ? idle + 1 : 0;
    touched = now;
    if (idle < IDLE_LOOKS) return;
    clearInterval(timer);
    endInput();
  }, LOOK_SECONDS * 1000);
}

function touchTime() {
  return statSync(owner, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Appends a line to the record. On a full disk it waits, so that the end is recorded once there is space again; a partial line is ended
 * by a newline first. Without its folder, nobody reads the record any more.
 * @param {Record<string, unknown>} values
 */
async function note(values) {
  let line = `${JSON.stringify({ start: Number(start), ...values })}\n`;
  for (let first = true; first || existsSync(dirname(record)); first = false) {
    try {
      appendFileSync(record, line);
      return;
    } catch {
      if (first) line = `\n${line}`;
      await sleep(RECORD_RETRY_MS);
    }
  }
}
