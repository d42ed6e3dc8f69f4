import type { RunState } from '../../../shared/run-state.ts';
import { liveProcess } from '../../../shared/worker-state.ts';
import { isAlive, type ProcessTable } from '../processes/process-table.ts';
import { readRunState } from './read-run.ts';

/** Workers outlive an engine that crashed; of a run whose journal cannot be read nobody knows. */
export function hasWorkers(directory: string, table: ProcessTable): boolean {
  const state = readRunState(directory);
  return state.ok && hasLiveWorkers(state.value, directory, table);
}

/** Whether workers of a run are alive, whoever owns it. */
export function hasLiveWorkers({ steps }: RunState, _directory: string, table: ProcessTable): boolean {
  return steps.some(({ workers }) =>
    workers.some((worker) => {
      const process = liveProcess(worker.state);
      return process !== null && isAlive(table, process);
    }),
  );
}
