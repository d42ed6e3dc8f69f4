import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, run, runId } from './inputs.ts';
import type { LaunchRequest } from './launch.ts';
import type { RunListEntry } from './runs.ts';

/** A change of the list of runs. */
export interface RunListChange {
  /** Runs that are new or changed. */
  changed: RunListEntry[];
  /** Directories of removed runs. */
  removed: string[];
  /** True once every existing run has been pushed. */
  loaded: boolean;
}

/** Methods about all runs together, and about those that are over. */
export interface HistoryMethods {
  /**
   * Pushes all runs as `runsChanged`, the newest first and in parts, and after that every change by any process. A client that watches already
   * and calls it again is answered when all changes until now have been pushed.
   */
  watchRuns(input: Record<string, never>): Promise<Answer<void>>;
  unwatchRuns(input: Record<string, never>): Promise<Answer<void>>;
  /** The sizes of the folders of runs on the disk, in bytes; runs that do not exist are left out. */
  runSizes(input: { runs: string[] }): Promise<Answer<{ run: string; bytes: number }[]>>;
  /** Deletes a run's folder, its outputs in it included; never that of a run that is active or has workers left. */
  deleteRun(input: { run: string }): Promise<Answer<{ bytes: number }>>;
  /** The request with which a run was launched, to launch it or something like it again. */
  launchRequestOf(input: { run: string }): Promise<Answer<LaunchRequest>>;
}

/** The most sizes in one call: those of the runs that a window shows, or that a person has chosen. */
const MAX_SIZES = 500;

export const historyInputs: InputsOf<HistoryMethods> = {
  watchRuns: nothing,
  unwatchRuns: nothing,
  runSizes: z.object({ runs: z.array(runId).max(MAX_SIZES) }),
  deleteRun: run,
  launchRequestOf: run,
};
