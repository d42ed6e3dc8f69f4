// Downloads the Electron binary as `npx install-electron` does, in its own process. Gives up when the network does not answer.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long the first byte may take (ms): a network that drops packets never answers. */
const FIRST_BYTE_MS = 1_000 * Number(process.env['DROVER_DOWNLOAD_WAIT_SECONDS'] ?? 20);
/** How long a download may stall once it has begun (ms). */
const STALL_MS = 60_000;
const POLL_MS = 200;

/**
 * Tries once to download the binary.
 * @param {string} folder of the package "electron"
 * @returns {Promise<string | null>} why the download failed; null when the binary is there
 */
export async function downloadElectron(folder) {
  // The installer downloads into its temporary folder: the growth of that folder is the only sign of progress.
  const temporary = mkdtempSync(join(tmpdir(), 'drover-electron-'));
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32',
  });
  /** @param {NodeJS.Signals} signal */
  const endWith = (signal) => {
    end(child);
    rmSync(temporary, { recursive: true, force: true });
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, endWith);
  try {
    return await outcome(child, temporary);
  } finally {
    for (const signal of signals) process.off(signal, endWith);
    end(child);
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} temporary
 * @returns {Promise<string | null>}
 */
function outcome(child, temporary) {
  return new Promise((resolve) => {
    let errorOutput = '';
    let size = 0;
    let since = Date.now();
    const poll = setInterval(() => {
      const now = sizeOf(temporary);
      if (now !== size) since = Date.now();
      size = now;
      if (Date.now() - since < (size === 0 ? FIRST_BYTE_MS : STALL_MS)) return;
      settle(size === 0 ? `no answer within ${FIRST_BYTE_MS / 1_000} s` : `nothing arrived for ${STALL_MS / 1_000} s`);
    }, POLL_MS);
    /** @param {string | null} why */
    const settle = (why) => {
      clearInterval(poll);
      resolve(why);
    };
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      errorOutput = (errorOutput + text).slice(-4_000);
    });
    child.on('error', (error) => settle(error.message));
    child.on('close', (code) => settle(code === 0 ? null : firstLine(errorOutput)));
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Returns the number of bytes in all files below a folder.
 * @param {string} folder
 */
function sizeOf(folder) {
  let size = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stats?.isFile() === true) size += stats.size;
  }
  return size;
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split('\n')[0] ?? '';
}
