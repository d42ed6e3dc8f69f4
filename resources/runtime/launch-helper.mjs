// Starts launchers for an engine. Starting a process copies the page tables of the parent and blocks it meanwhile. For an engine with 100,000
// items that takes ten times as long as for this small process.
//
// Standard input, one JSON object per line: first {"base": {NAME: value}}, the environment that all launchers share, then
// {"id", "program", "args", "cwd", "env", "log"} per launcher, where env is added to the base and log is the file for both outputs.
// Standard output, in the same form: {"id", "pid"} or {"id", "error"}, and {"id", "ended": true} when that launcher has ended.
// End of input ends this process; the launchers have their own sessions and go on.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { linesOf } from '../workers/drover-worker.mjs';

/** @type {Record<string, string>} */
let base = {};

/** @param {Record<string, unknown>} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** @param {{ id: number, program: string, args: string[], cwd: string, env: Record<string, string>, log: string }} request */
function launch({ id, program, args, cwd, env, log }) {
  /** @type {number | undefined} */
  let output;
  try {
    output = openSync(log, 'a', 0o600);
    const child = spawn(program, args, {
      cwd,
      env: { ...base, ...env },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', output, output],
    });
    child.once('error', (error) => say({ id, error: error.message }));
    if (child.pid === undefined) return;
    say({ id, pid: child.pid });
    child.once('exit', () => say({ id, ended: true }));
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

// The engine is gone, so nobody reads the output.
process.stdout.on('error', () => process.exit(0));

/**
 * Processes a line. An unreadable message is answered when it has an id, and does not prevent other starts.
 * @param {string} line
 */
function take(line) {
  try {
    const message = JSON.parse(line);
    if (message.base !== undefined) base = message.base;
    else launch(message);
  } catch (error) {
    const id = Number(/"id":(\d+)/.exec(line)?.[1] ?? Number.NaN);
    if (Number.isInteger(id)) say({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

for await (const line of linesOf(process.stdin)) take(line);
process.exit(0);
