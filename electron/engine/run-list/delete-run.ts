import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { measureFolder } from '../files/folder-size.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { removeRunGroups } from '../processes/worker-group.ts';
import { hasWorkers } from '../run-directory/live-workers.ts';
import { isOwned, takeOwnershipToFree } from '../run-directory/owner-file.ts';

/** A run is renamed with this prefix before it is deleted, so that a half-deleted run is never listed. `clean` finishes cut-off deletions. */
const DELETING_PREFIX = '.deleting-';

interface DeleteRequest {
  directory: string;
  table: ProcessTable;
}

/**
 * Deletes a run's folder with everything in it. The run is held so that no other process takes it meanwhile. A run with a living owner, or
 * with workers left, stays.
 */
export async function deleteRun({ directory, table }: DeleteRequest): Promise<Result<{ bytes: number }, Problem>> {
  const run = basename(directory);
  if (isOwned(directory, table)) return err(isActive(run));
  const bytes = await measureFolder(directory);
  const taken = takeOwnershipToFree(directory, table, 'deleting');
  if (!taken.ok)
    return taken.error.reason === 'data-folder' ? err(cannotDelete(directory, taken.error.message)) : taken;
  try {
    if (hasWorkers(directory, table)) return err(hasWorkersLeft(run));
    const doomed = setAside(directory);
    removeRunGroups(run);
    await rm(doomed, { recursive: true, force: true, maxRetries: 3 });
    return ok({ bytes });
  } catch (error) {
    return err(cannotDelete(directory, error));
  } finally {
    taken.value.release();
  }
}

/**
 * Removes a run from the list. The caller has to hold it.
 * @returns the path of the renamed folder
 * @throws the file system's error
 */
export function setAside(directory: string): string {
  const doomed = join(dirname(directory), `${DELETING_PREFIX}${basename(directory)}`);
  renameSync(directory, doomed);
  return doomed;
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
  const reason = messageOf(error);
  return problem(
    'data-folder',
    `The folder ${directory} cannot be deleted: ${reason}.`,
    'See who may write there and which program has it open, then try again.',
  );
}
