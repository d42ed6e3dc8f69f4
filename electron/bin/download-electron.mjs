// Downloads the Electron binary as `npx install-electron` does: in a process of its own, and no longer than there is something to wait for.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long the first byte may take to come (ms): a network that swallows packets never answers. */
const FIRST_BYTE_MS = 1_000 * Number(process.env['DROVER_DOWNLOAD_WAIT_SECONDS'] ?? 20);
/** How long a download may stand still once it has begun (ms). */
const STANDSTILL_MS = 60_000;
const LOOK_MS = 200;

/**
 * Tries once to download the binary.
 * @param {string} folder of the package "electron"
 * @returns {Promise<string | null>} why it could not be; null when it is there
 */
export async function downloadElectron(folder) {
  // What the installer has of the binary so far lies in its temporary folder: that it grows is the only sign of a byte that came.
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
    let said = '';
    let size = 0;
    let since = Date.now();
    const look = setInterval(() => {
      const now = sizeOf(temporary);
      if (now !== size) since = Date.now();
      size = now;
      if (Date.now() - since < (size === 0 ? FIRST_BYTE_MS : STANDSTILL_MS)) return;
      settle(
        size === 0 ? `no answer within ${FIRST_BYTE_MS / 1_000} s` : `nothing came for ${STANDSTILL_MS / 1_000} s`,
      );
    }, LOOK_MS);
    /** @param {string | null} why */
    const settle = (why) => {
      clearInterval(look);
      resolve(why);
    };
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4_000);
    });
    child.on('error', (error) => settle(error.message));
    child.on('close', (code) => settle(code === 0 ? null : firstLine(said)));
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
 * Bytes in all files below a folder.
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
