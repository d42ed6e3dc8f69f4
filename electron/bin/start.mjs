#!/usr/bin/env node
// `npm start`: opens the window where it can be shown, else serves it to a browser. Nothing here imports the package "electron": that would
// download its binary and block everything meanwhile.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { downloadElectron } from './download-electron.mjs';
import { electronTrouble } from './electron-trouble.mjs';
import { HANG_UP_VARIABLE, ignoresHangUp } from './hang-up.mjs';

const root = join(import.meta.dirname, '..', '..');
const drover = join(import.meta.dirname, 'drover.mjs');
const mainBundle = join(root, 'out', 'main', 'main.js');
const electronPackage = join(root, 'node_modules', 'electron');

await main();

async function main() {
  if (!hasDisplay()) {
    report('There is no display, so Drover is served to a browser.');
    return serve();
  }
  const binary = await findOrDownload();
  if (binary === null) return serve();
  if (!existsSync(mainBundle)) {
    report('Drover is not built: run "npm run build" first.');
    process.exitCode = 1;
    return;
  }
  openWindow(binary);
}

function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = process.env;
  return DISPLAY !== '' || WAYLAND_DISPLAY !== '';
}

async function findOrDownload() {
  const there = findElectron();
  if (there !== null) return there;
  const why = await tryDownload();
  const found = why === null ? findElectron() : null;
  if (found !== null) return found;
  report(
    `${why ?? 'The Electron binary is not where it should be.'}\n  Drover is served to a browser. To get the window: npx install-electron`,
  );
  return null;
}

/** @returns {Promise<string | null>} why there is no binary; null when there should be one now */
async function tryDownload() {
  const { ELECTRON_EXEC_PATH: named = '' } = process.env;
  if (named !== '') return `There is no program ${named}, which ELECTRON_EXEC_PATH names.`;
  if (!existsSync(join(electronPackage, 'install.js'))) return 'The package "electron" is not installed.';
  report('The Electron binary is not installed; it is downloaded once, about 100 MB …');
  const why = await downloadElectron(electronPackage);
  return why === null ? null : `The Electron binary could not be downloaded: ${why}.`;
}

/** Returns the path of the installed binary, or of the one that the environment names. */
function findElectron() {
  const { ELECTRON_EXEC_PATH: named = '' } = process.env;
  if (named !== '') return existsSync(named) ? named : null;
  const pathFile = join(electronPackage, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(electronPackage, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/**
 * Opens the window. Where Electron cannot open it, prints the remedy and serves Drover. The sandbox is never switched off here: only a person
 * may decide that.
 * @param {string} binary
 */
function openWindow(binary) {
  let errorOutput = '';
  const child = run(binary, [root, ...process.argv.slice(2)], 'pipe', () => {
    const trouble = electronTrouble(errorOutput, join(dirname(binary), 'chrome-sandbox'));
    if (trouble === null) return false;
    report(`${trouble}\n  Until then Drover is served to a browser.`);
    serve();
    return true;
  });
  child.stderr?.on('data', (data) => {
    process.stderr.write(data);
    errorOutput = (errorOutput + String(data)).slice(-16_000);
  });
}

function serve() {
  run(process.execPath, [drover, 'serve', ...process.argv.slice(2)], 'inherit', () => false);
}

/**
 * Runs a program in place of this one: same terminal, signals forwarded, same exit status.
 * @param {string} program @param {string[]} words @param {'inherit' | 'pipe'} errors where its standard error goes
 * @param {() => boolean} goesOn called when it failed; returns whether another program takes its place
 */
function run(program, words, errors, goesOn) {
  const child = spawn(program, words, {
    stdio: ['inherit', 'inherit', errors],
    env: { ...process.env, [HANG_UP_VARIABLE]: ignoresHangUp(process.env) ? 'yes' : 'no' },
  });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const staysOn = ignoresHangUp(process.env);
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => (signal === 'SIGHUP' && staysOn ? undefined : child.kill(signal));
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    report(`${program} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    for (const each of signals) process.off(each, forward);
    if (code !== 0 && goesOn()) return;
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
  return child;
}

/** @param {string} text */
function report(text) {
  process.stderr.write(`drover: ${text}\n`);
}
