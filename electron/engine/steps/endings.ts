import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Ending } from '../../../shared/run/worker-state.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';

/** Whether nobody saw how the process ended: its launcher was killed. */
export function isUnknown(end: Ending): boolean {
  return end.exit_code === null && end.signal === null;
}

/** Why the latest start of a worker failed, as journaled. */
export function startFailure(slot: WorkerSlot): Failure {
  const state = slot.record?.state;
  const known = state !== undefined && 'failure' in state ? state.failure : null;
  return known ?? failure('spawn-failed', 'the worker could not be started');
}
