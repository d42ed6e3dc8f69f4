import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Begin } from '../../../shared/contract/launch.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { lastOwner, publishedOwner } from '../run-directory/owner-file.ts';

/** How long a client waits for a headless engine to take its run: Node starts in a tenth of a second, on a busy machine later. */
const HEADLESS_START_MS = 20_000;
const HEADLESS_POLL_MS = 20;

export interface HeadlessRequest {
  command: readonly [program: string, ...args: string[]];
  home: string;
  env: Environment;
  run: string;
  directory: string;
  purpose: OwnerPurpose;
  items: readonly string[];
  overwrite?: boolean;
  /** When a run that goes on begins. */
  begin?: Begin | undefined;
  /** The script that starts the engine again when it was killed; null for an engine that is not kept. */
  keeper?: string | null;
}

/** Returns the log file of processes of ours without a terminal. */
function droverLog(home: string): string {
  return join(home, 'drover.log');
}

/**
 * Starts an engine that outlives this process and hands a run over to it.
 * @returns once the new engine owns the run, or why it does not
 */
export async function startHeadless(request: HeadlessRequest): Promise<Result<void, Problem>> {
  const [program, ...args] = keptCommand(request);
  const before = lastOwner(request.directory)?.nonce;
  makeFolders(request.home, PRIVATE_FOLDER);
  const log = openSync(droverLog(request.home), 'a', 0o600);
  const child = spawn(
    program,
    [...args, 'engine-host', '--run', request.run, ...furtherArguments(request), '--purpose', request.purpose],
    {
      cwd: request.home,
      detached: true,
      env: { ...request.env, DROVER_HOME: request.home },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`));
  });
  child.unref();
  const outcome = await Promise.race([failed, waitForOwner(request.directory, before)]);
  if (outcome === null || isTaken(request.directory, before)) return ok(undefined);
  return err(
    problem(
      'cannot-start',
      `The headless engine did not take run ${request.run}: ${outcome}.`,
      `See ${droverLog(request.home)}; the run is kept, "drover resume ${request.run}" goes on with it.`,
    ),
  );
}

/** A keeper is a shell that waits for the engine, which it gets as its arguments. */
function keptCommand({ command, keeper = null, run }: HeadlessRequest): [program: string, ...args: string[]] {
  return keeper === null ? [...command] : ['/bin/sh', keeper, '--run', run, ...command];
}

function furtherArguments({ items, overwrite = false, begin }: HeadlessRequest): string[] {
  return [
    ...(overwrite ? ['--overwrite'] : []),
    ...(begin === undefined ? [] : ['--begin', JSON.stringify(begin)]),
    ...items.flatMap((item) => ['--item', item]),
  ];
}

/** A claim alone does not count: whoever is told that the run was taken may look into owner.json next. */
function isTaken(directory: string, before: string | undefined): boolean {
  const owner = lastOwner(directory);
  const isNew = owner !== null && owner.task === undefined && owner.nonce !== before;
  return isNew && publishedOwner(directory)?.nonce === owner.nonce;
}

async function waitForOwner(directory: string, before: string | undefined): Promise<string | null> {
  const deadline = performance.now() + HEADLESS_START_MS;
  while (performance.now() < deadline) {
    if (existsSync(directory) && isTaken(directory, before)) return null;
    await sleep(HEADLESS_POLL_MS);
  }
  return `it did not answer within ${HEADLESS_START_MS / 1000} s`;
}

/** The reason why an engine process takes a run. */
export type OwnerPurpose = 'run' | 'resume' | 'retry' | 'adopt';
