import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../../shared/problem.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { linkInOwnership } from './links-in-run.ts';
import { fileWorkOf, type Ownership, type OwnerTask, removeDrafts, takeOwnership } from './owner-file.ts';

/** How often whoever wants a run looks whether somebody else's work on its files has ended. */
const FILE_WORK_LOOK_MS = 100;

/** A shorter wait needs no word. */
const FILE_WORK_TOLD_MS = 1_000;

/** Packing a hundred gigabytes of logs takes longer; whoever wants the run then is told to come again. */
const FILE_WORK_WAIT_MS = 600_000;

/** How to wait for somebody else's work on the files of a run. */
export interface Patience {
  /** Tells a person what is waited for. */
  onWaiting?: ((sentence: string) => void) | undefined;
  /** Asked while it is waited: whether the run is still wanted. */
  isWanted?: (() => boolean) | undefined;
}

/**
 * Does something to the files of a run that nobody conducts. The run is held from before the first look at it until after the last write, so
 * that whatever else would change it waits, or is refused in words.
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

/** Takes a run as `takeOwnership` does, after somebody else's work on its files: that ends by itself. A run that is conducted is refused at once. */
export async function takeWhenFree(
  directory: string,
  table: ProcessTable,
  { task, ...patience }: Patience & { task?: OwnerTask | undefined },
): Promise<Result<Ownership, Problem>> {
  const deadline = performance.now() + FILE_WORK_WAIT_MS;
  for (;;) {
    await fileWorkEnds(directory, table, patience, deadline);
    const taken = takeOwnership(directory, table, task);
    // Somebody else may have begun the next work in between.
    if (taken.ok || fileWorkOf(directory, table) === null || isEnough(patience, deadline)) return taken;
  }
}

/** Resolves when nobody works on the files of the run any more, or when it was waited for long enough. */
export async function fileWorkEnds(
  directory: string,
  table: ProcessTable,
  patience: Patience,
  deadline = performance.now() + FILE_WORK_WAIT_MS,
): Promise<void> {
  const since = performance.now();
  let isTold = false;
  for (let owner = fileWorkOf(directory, table); owner !== null; owner = fileWorkOf(directory, table)) {
    if (isEnough(patience, deadline)) return;
    if (!isTold && performance.now() - since >= FILE_WORK_TOLD_MS) {
      isTold = true;
      patience.onWaiting?.(
        `Waiting for process ${owner.pid} on ${owner.host}, which is ${owner.task ?? 'changing'} the run.`,
      );
    }
    await sleep(FILE_WORK_LOOK_MS);
  }
}

function isEnough({ isWanted }: Patience, deadline: number): boolean {
  return performance.now() >= deadline || isWanted?.() === false;
}
