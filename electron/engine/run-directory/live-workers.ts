import { statSync } from 'node:fs';
import type { RunState, StepState, WorkerRecord } from '../../../shared/run/run-model.ts';
import { isOver, liveProcess, type ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { readStartRecord } from '../processes/process-record.ts';
import { isOfHere, type ProcessTable, type Sighting, sightingOf } from '../processes/process-table.ts';
import { FOREIGN_OWNER_FRESH_MS } from './owner-file.ts';
import { processRecordFile, workerLog } from './paths.ts';
import { readRunState } from './read-run.ts';

/** Workers outlive an engine that crashed; of a run whose journal cannot be read nobody knows. */
export function hasWorkers(directory: string, table: ProcessTable): boolean {
  const state = readRunState(directory);
  return state.ok && hasLiveWorkers(state.value, directory, table);
}

/** Whether workers of a run are alive, whoever owns it. One that cannot be seen from here is told by its log: it lives while that is written. */
export function hasLiveWorkers(state: RunState, directory: string, table: ProcessTable): boolean {
  return openWorkers(state, directory).some(({ step, worker, process }) => {
    const seen: Sighting = process === null ? 'gone' : sightingOf(table, process);
    if (seen !== 'unknown') return seen === 'alive';
    const written = statSync(workerLog(directory, step.step, worker.rank), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - written < FOREIGN_OWNER_FRESH_MS;
  });
}

/** Workers that live in another namespace of process numbers: they can be neither adopted nor ended from here. */
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

/** The journal may have lost the line that tells of it. */
function recorded(directory: string, { step }: StepState, { worker, starts }: WorkerRecord): ProcessIdentity | null {
  return readStartRecord(processRecordFile(directory, step, worker), starts).process;
}
