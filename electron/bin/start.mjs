#!/usr/bin/env node
// `npm start`: the window where one can be shown, else the same in a browser. Nothing here imports the package "electron": that would
// look for its binary on the network.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const drover = join(import.meta.dirname, 'drover.mjs');
const mainBundle = join(root, 'out', 'main', 'main.js');

if (!hasDisplay()) {
  say('There is no display, so Drover is served to a browser.');
  serve();
} else {
  const binary = findElectron();
  if (binary === null) {
    say(
      'The Electron binary is not installed: "npx install-electron" installs it. Until then Drover is served to a browser.',
    );
    serve();
  } else if (!existsSync(mainBundle)) {
    say('Drover is not built: run "npm run build" first.');
    process.exitCode = 1;
  } else {
    run(binary, [root, ...process.argv.slice(2)]);
  }
}

function serve() {
  run(process.execPath, [drover, 'serve', ...process.argv.slice(2)]);
}

function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = process.env;
  return DISPLAY !== '' || WAYLAND_DISPLAY !== '';
}

/** The binary that the package has brought, or the one that is named in the environment. */
function findElectron() {
  const { ELECTRON_EXEC_PATH: named = '' } = process.env;
  if (named !== '') return existsSync(named) ? named : null;
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/**
 * Runs a program in this one's place: same terminal, signals passed on, same end.
 * @param {string} program @param {string[]} words
 */
function run(program, words) {
  const child = spawn(program, words, { stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`${program} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`drover: ${text}\n`);
}
