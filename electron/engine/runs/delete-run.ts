import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState } from '../../../shared/run-state.ts';
import { liveProcess } from '../../../shared/worker-state.ts';
import { isAlive, type ProcessTable } from '../processes/process-table.ts';
import type { IsOwned } from '../run-list/read-run-entry.ts';
import { measureFolder } from './measure-folder.ts';
import { readRunState } from './read-run.ts';

/** A run is renamed to this before it is deleted, so that a half-deleted one is never listed; `clean` finishes what was cut off. */
const DELETING_PREFIX = '.deleting-';

interface DeleteRequest {
  directory: string;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** Deletes a run's folder with all that is in it. A run that somebody works on stays: one with a living owner, or with workers left. */
export async function deleteRun({
  directory,
  isOwned,
  table,
}: DeleteRequest): Promise<Result<{ bytes: number }, Problem>> {
  const run = basename(directory);
  if (isOwned(directory)) return err(isActive(run));
  if (hasWorkers(directory, table)) return err(hasWorkersLeft(run));
  const bytes = await measureFolder(directory);
  try {
    const doomed = setAside(directory, isOwned);
    if (doomed === null) return err(isActive(run));
    await rm(doomed, { recursive: true, force: true, maxRetries: 3 });
    return ok({ bytes });
  } catch (error) {
    return err(cannotDelete(directory, error));
  }
}

/**
 * Takes a run out of the list. An owner that took it at the last moment gets it back.
 * @returns where it lies now; null when it has an owner
 * @throws the file system's error
 */
export function setAside(directory: string, isOwned: IsOwned): string | null {
  const doomed = join(dirname(directory), `${DELETING_PREFIX}${basename(directory)}`);
  renameSync(directory, doomed);
  if (!isOwned(doomed)) return doomed;
  renameSync(doomed, directory);
  return null;
}

/** Workers outlive an engine that crashed; of a run whose journal cannot be read nobody knows. */
export function hasWorkers(directory: string, table: ProcessTable): boolean {
  const state = readRunState(directory);
  return state.ok && hasLiveWorkers(state.value, table);
}

/** Whether workers of a run are alive, whoever owns it. */
export function hasLiveWorkers({ steps }: RunState, table: ProcessTable): boolean {
  return steps.some(({ workers }) =>
    workers.some((worker) => {
      const process = liveProcess(worker.state);
      return process !== null && isAlive(table, process);
    }),
  );
}

function isActive(run: string): Problem {
  return problem(
    'run-active',
    `Run ${run} is active and cannot be deleted.`,
    'Stop it first, or wait until it has ended.',
  );
}

function hasWorkersLeft(run: string): Problem {
  return problem(
    'run-active',
    `Run ${run} was interrupted, but its workers still run: it cannot be deleted.`,
    'Stop it, which ends them, or resume it.',
  );
}

function cannotDelete(directory: string, error: unknown): Problem {
  const said = error instanceof Error ? error.message : String(error);
  return problem(
    'data-folder',
    `The folder ${directory} cannot be deleted: ${said}.`,
    'See who may write there and which program has it open, then try again.',
  );
}
