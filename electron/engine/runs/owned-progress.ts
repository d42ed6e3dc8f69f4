import { totalCounts } from '../../../shared/run/run-state.ts';
import type { OwnedProgress } from '../engine-api.ts';
import type { RunSession } from './run-session.ts';

/** How far a run is that this process owns. */
export function progressOf(session: RunSession): OwnedProgress {
  const { run, state, isStopping } = session;
  return { run, pipeline: state.pipeline, name: state.name, stopping: isStopping, items: totalCounts(state) };
}
