import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, run, runId } from './inputs.ts';
import type { LaunchRequest } from './launch.ts';
import type { RunListEntry } from './runs.ts';

/** A change of the list of runs. */
export interface RunListChange {
  /** New and changed runs. */
  changed: RunListEntry[];
  /** Directories of removed runs. */
  removed: string[];
  /** True once all existing runs have been pushed. */
  loaded: boolean;
}

/** Methods about all runs together, and about runs that are over. */
export interface HistoryMethods {
  /**
   * Pushes all runs as `runsChanged`, the newest first and in parts, and after that every change, whoever makes it. A client that watches already
   * gets its answer when all changes so far have been pushed.
   */
  watchRuns(input: Record<string, never>): Promise<void>;
  unwatchRuns(input: Record<string, never>): Promise<void>;
  /** The size of the folders of runs on the disk, in bytes; unknown runs are left out. */
  runSizes(input: { runs: string[] }): Promise<{ run: string; bytes: number }[]>;
  /** Deletes the folder of a run, including outputs in it; never that of a run that is active or still has workers. */
  deleteRun(input: { run: string }): Promise<Answer<{ bytes: number }>>;
  /** The request with which a run was launched, to launch it or a similar one again. */
  launchRequestOf(input: { run: string }): Promise<Answer<LaunchRequest>>;
}

/** Sizes are requested for the runs that a window shows, or that a person has selected. */
const MAX_SIZES = 500;

export const historyInputs: InputsOf<HistoryMethods> = {
  watchRuns: nothing,
  unwatchRuns: nothing,
  runSizes: z.object({ runs: z.array(runId).max(MAX_SIZES) }),
  deleteRun: run,
  launchRequestOf: run,
};
