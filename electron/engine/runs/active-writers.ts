import { type Problem, problem } from '../../../shared/problem.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { readJournalEnds } from '../run-directory/journal-ends.ts';
import { hasWorkers } from '../run-directory/live-workers.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { journalFile } from '../run-directory/paths.ts';
import type { RunPlace } from '../run-directory/run-places.ts';
import { runsWritingTo } from './earlier-outputs.ts';

export interface WritersQuestion {
  /** The folder of all runs. */
  runs: string;
  /** Where somebody is to write, absolute. */
  folder: string;
  /** The run that asks; null where there is none yet. */
  self: string | null;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** Runs that write to a folder now, or to one above or below it, the newest first. */
export function activeWriters({ runs, folder, self, isOwned, table }: WritersQuestion): RunPlace[] {
  return runsWritingTo(runs, folder).filter(
    ({ run, directory }) => run !== self && (isOwned(directory) || hasWorkersLeft(directory, table)),
  );
}

/** Workers go on without an engine that was killed; of an ended run there are none, and its journal need not be folded for that. */
function hasWorkersLeft(directory: string, table: ProcessTable): boolean {
  try {
    return readJournalEnds(journalFile(directory)).last?.type !== 'run-ended' && hasWorkers(directory, table);
  } catch {
    return false;
  }
}

/** Why a folder cannot be written to now. */
export function outputInUse(folder: string, { run, pipeline }: RunPlace): Problem {
  return problem(
    'output-in-use',
    `Run ${run} (${pipeline}) is active and writes to ${folder}, or to a folder above or below it.`,
    `Wait for it ("drover wait ${run}"), stop it ("drover stop ${run}"), or choose another folder with --output.`,
  );
}
