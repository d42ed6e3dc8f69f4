import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, run, runId } from './inputs.ts';
import type { LaunchRequest } from './launch.ts';
import type { RunListEntry } from './runs.ts';

/** What is new in the list of runs. */
export interface RunListChange {
  /** Runs that are new or otherwise than before. */
  changed: RunListEntry[];
  /** Directories of runs that are gone. */
  removed: string[];
  /** True once every run that there is has been told. */
  loaded: boolean;
}

/** What is asked about all runs together, and about those that are over. */
export interface HistoryMethods {
  /**
   * All runs are then pushed as `runsChanged`, the newest first and in parts, and after that what changes, whoever changes it. Whoever
   * watches already and calls it again is answered when what is new by now has been told.
   */
  watchRuns(input: Record<string, never>): Promise<Answer<void>>;
  unwatchRuns(input: Record<string, never>): Promise<Answer<void>>;
  /** What the folders of runs take on the disk, in bytes; runs that are not there are left out. */
  runSizes(input: { runs: string[] }): Promise<Answer<{ run: string; bytes: number }[]>>;
  /** Deletes a run's folder, its outputs in it included; never that of a run that is active or has workers left. */
  deleteRun(input: { run: string }): Promise<Answer<{ bytes: number }>>;
  /** What was asked for when a run was launched, to launch it or something like it again. */
  launchRequestOf(input: { run: string }): Promise<Answer<LaunchRequest>>;
}

/** Sizes are asked for those runs that a window shows, or that a person has chosen. */
const MAX_SIZES = 500;

export const historyInputs: InputsOf<HistoryMethods> = {
  watchRuns: nothing,
  unwatchRuns: nothing,
  runSizes: z.object({ runs: z.array(runId).max(MAX_SIZES) }),
  deleteRun: run,
  launchRequestOf: run,
};
