import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from '../data-home.ts';

export interface LaunchSpec {
  launcher: string;
  /** File that the launcher appends pid and exit status to. */
  record: string;
  start: number;
  /** Path of the FIFO to make, or null when the worker reads nothing. */
  fifo: string | null;
  /** The file that tells the launcher whether an engine is there. */
  owner: string;
  command: readonly string[];
  cwd: string;
  env: Environment;
  /** Open descriptor of the worker's log, in append mode. */
  log: number;
}

export interface Launched {
  pid: number;
  /** Resolves when the launcher itself has ended. */
  ended: Promise<void>;
}

/**
 * Starts a launcher and with it a worker. The only place that starts workers.
 * Both outputs are the log's own descriptor: no byte passes through us. Detached makes the launcher a session leader.
 * @returns the launcher, or the system's message when it could not be started
 */
export async function spawnLauncher(spec: LaunchSpec): Promise<Launched | { error: string }> {
  const child = spawn(
    '/bin/sh',
    [spec.launcher, spec.record, String(spec.start), spec.fifo ?? '-', spec.owner, ...spec.command],
    { cwd: spec.cwd, env: { ...spec.env }, detached: true, stdio: ['ignore', spec.log, spec.log] },
  );
  const { pid } = child;
  if (pid === undefined) return { error: await spawnError(child, spec) };
  return { pid, ended: new Promise((resolve) => child.once('exit', () => resolve())) };
}

function spawnError(child: ChildProcess, spec: LaunchSpec): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(`${error.code ?? 'error'}: could not start ${spec.command[0] ?? ''} in ${spec.cwd}: ${error.message}`);
    });
  });
}
