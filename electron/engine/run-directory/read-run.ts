import { messageOf } from '../../../shared/message-of.ts';
import { adviceOnReading, type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { type RunStatusDocument, runStatusDocument } from '../../../shared/run/run-status.ts';
import { readMetadata } from './metadata.ts';
import type { Metadata } from './metadata-schema.ts';
import { journalFile, workerLog } from './paths.ts';
import { readJournal } from './read-journal.ts';
import { reconciliationDocument } from './reconciliation-file.ts';

/** A run as read from its files. */
export interface ReadRun {
  directory: string;
  metadata: Metadata;
  state: RunState;
}

/** Reads a run from its folder, whoever owns it. */
export function readRun(directory: string): Result<ReadRun, Problem> {
  const metadata = readMetadata(directory);
  if (!metadata.ok) return metadata;
  const state = readRunState(directory);
  return state.ok ? ok({ directory, metadata: metadata.value, state: state.value }) : state;
}

/** Returns the status document of a run, from its journal alone. */
export function statusOfRun(directory: string, owned: boolean, now: Date): Result<RunStatusDocument, Problem> {
  const state = readRunState(directory);
  if (!state.ok) return state;
  const logPath = (step: number, worker: string): string =>
    workerLog(directory, step, Number(worker.replace('worker_', '')));
  const reconciliation = reconciliationDocument(directory, state.value.ended);
  return ok(runStatusDocument(state.value, { directory, owned, now, logPath, reconciliation }));
}

/** Returns a run's state from its journal alone. */
export function readRunState(directory: string): Result<RunState, Problem> {
  const path = journalFile(directory);
  try {
    const { state } = readJournal(path);
    if (state.run !== '') return ok(state);
    return err(damaged(`${path} does not begin with the creation of a run`));
  } catch (error) {
    return err(damaged(`${path} cannot be read: ${messageOf(error)}`));
  }
}

function damaged(what: string): Problem {
  return problem(
    'run-damaged',
    `${what}.`,
    adviceOnReading(what, 'Restore the file from a copy (run.tar.gz holds one), or launch the run again.'),
  );
}
