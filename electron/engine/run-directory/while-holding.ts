import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../../shared/problem.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { linkInOwnership } from './links-in-run.ts';
import { fileWorkOf, type Ownership, type OwnerTask, removeDrafts, takeOwnership } from './owner-file.ts';

/** How often a process that wants a run checks whether the work of another one on its files has ended. */
const FILE_WORK_POLL_MS = 100;

/** A shorter wait is not reported. */
const FILE_WORK_REPORT_MS = 1_000;

/** Packing a hundred gigabytes of logs takes longer. Whoever wants the run then is asked to try again later. */
const FILE_WORK_WAIT_MS = 600_000;

/** How to wait for the work of another process on the files of a run. */
export interface Patience {
  /** Reports to a person what is waited for. */
  onWaiting?: ((sentence: string) => void) | undefined;
  /** Returns whether the run is still wanted; called during the wait. */
  isWanted?: (() => boolean) | undefined;
}

/**
 * Changes the files of a run that nobody conducts. The run is held from before the first read until after the last write, so that any other change
 * waits, or is refused with a message.
 */
export async function whileHolding<T>(
  { directory, table, task, patience }: { directory: string; table: ProcessTable; task: OwnerTask; patience: Patience },
  work: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const link = linkInOwnership(directory);
  if (link !== null) return err(link);
  const taken = await takeWhenFree(directory, table, { ...patience, task });
  if (!taken.ok) return taken;
  try {
    removeDrafts(directory, table);
    return await work();
  } finally {
    taken.value.release();
  }
}

/**
 * Takes a run as `takeOwnership` does, but first waits for the work of another process on its files, which ends by itself. A run that is conducted is
 * refused at once.
 */
export async function takeWhenFree(
  directory: string,
  table: ProcessTable,
  { task, ...patience }: Patience & { task?: OwnerTask | undefined },
): Promise<Result<Ownership, Problem>> {
  const deadline = performance.now() + FILE_WORK_WAIT_MS;
  for (;;) {
    await fileWorkEnds(directory, table, patience, deadline);
    const taken = takeOwnership(directory, table, task);
    // Another process may have begun the next work in between.
    if (taken.ok || fileWorkOf(directory, table) === null || isEnough(patience, deadline)) return taken;
  }
}

/** Resolves when nobody works on the files of the run any more, or when the wait was long enough. */
export async function fileWorkEnds(
  directory: string,
  table: ProcessTable,
  patience: Patience,
  deadline = performance.now() + FILE_WORK_WAIT_MS,
): Promise<void> {
  const since = performance.now();
  let isReported = false;
  for (let owner = fileWorkOf(directory, table); owner !== null; owner = fileWorkOf(directory, table)) {
    if (isEnough(patience, deadline)) return;
    if (!isReported && performance.now() - since >= FILE_WORK_REPORT_MS) {
      isReported = true;
      patience.onWaiting?.(
        `Waiting for process ${owner.pid} on ${owner.host}, which is ${owner.task ?? 'changing'} the run.`,
      );
    }
    await sleep(FILE_WORK_POLL_MS);
  }
}

function isEnough({ isWanted }: Patience, deadline: number): boolean {
  return performance.now() >= deadline || isWanted?.() === false;
}
