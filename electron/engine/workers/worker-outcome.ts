import type { StopCause, WorkerOutcome } from '../../../shared/run/worker-state.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';

/** Stops that are no failure of the worker, or one that has been told of its item. */
const NO_FAILURE: ReadonlySet<StopCause> = new Set<StopCause>([
  'run-stopped',
  'run-killed',
  'engine-ending',
  'leftover',
  'replaced',
]);

/** Whether a process ended by itself and well. */
export function succeeded(end: ProcessEnd, stopCause: StopCause | null, successCodes: readonly number[]): boolean {
  return end.exit_code !== null && successCodes.includes(end.exit_code) && stopCause === null;
}

/** What a process's end is called. */
export function outcomeOf(success: boolean, cause: StopCause | null, end: ProcessEnd): WorkerOutcome {
  if (cause !== null) return NO_FAILURE.has(cause) ? 'stopped' : 'failed';
  if (success) return 'completed';
  return end.exit_code === null && end.signal === null ? 'lost' : 'failed';
}
