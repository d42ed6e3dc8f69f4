import { statSync } from 'node:fs';
import type { RunState, StepState, WorkerRecord } from '../../../shared/run/run-model.ts';
import { isOver, liveProcess, type ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { readStartRecord } from '../processes/process-record.ts';
import { isOfHere, type ProcessTable, type Sighting, sightingOf } from '../processes/process-table.ts';
import { FOREIGN_OWNER_FRESH_MS } from './owner-file.ts';
import { processRecordFile, workerLog } from './paths.ts';
import { readRunState } from './read-run.ts';

/** Returns whether workers of a run are alive. They outlive an engine that crashed. If the journal of a run cannot be read, that is unknown. */
export function hasWorkers(directory: string, table: ProcessTable): boolean {
  const state = readRunState(directory);
  return state.ok && hasLiveWorkers(state.value, directory, table);
}

/**
 * Returns whether workers of a run are alive, whoever owns it. One that is not visible from here is judged by its log: it is alive while its log
 * grows.
 */
export function hasLiveWorkers(state: RunState, directory: string, table: ProcessTable): boolean {
  return openWorkers(state, directory).some(({ step, worker, process }) => {
    const seen: Sighting = process === null ? 'gone' : sightingOf(table, process);
    if (seen !== 'unknown') return seen === 'alive';
    const written = statSync(workerLog(directory, step.step, worker.rank), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - written < FOREIGN_OWNER_FRESH_MS;
  });
}

/** Returns the workers that live in another namespace of process numbers: they can be neither adopted nor ended from here. */
export function liveElsewhere(state: RunState, directory: string, table: ProcessTable): ProcessIdentity[] {
  return openWorkers(state, directory).flatMap(({ process }) =>
    process !== null && !isOfHere(table, process) && sightingOf(table, process) === 'alive' ? [process] : [],
  );
}

interface OpenWorker {
  step: StepState;
  worker: WorkerRecord;
  process: ProcessIdentity | null;
}

function openWorkers({ steps }: RunState, directory: string): OpenWorker[] {
  return steps.flatMap((step) =>
    step.workers
      .filter(({ state }) => !isOver(state))
      .map((worker) => ({ step, worker, process: liveProcess(worker.state) ?? recorded(directory, step, worker) })),
  );
}

/** Returns the worker's process from its record: the journal may have lost the line with it. */
function recorded(directory: string, { step }: StepState, { worker, starts }: WorkerRecord): ProcessIdentity | null {
  return readStartRecord(processRecordFile(directory, step, worker), starts).process;
}
