import { statSync } from 'node:fs';
import { type RunState, totalCounts } from '../../../shared/run-state.ts';
import { makeNameLister } from './name-lister.ts';

/** Whether nothing is left to do: all items complete, their inputs unchanged and their outputs there. */
export function isFinished(state: RunState): boolean {
  if (state.status !== 'completed' || state.steps.some(({ status }) => status !== 'completed')) return false;
  const { total, complete } = totalCounts(state);
  const isThere = makeNameLister();
  return (
    total === complete &&
    state.steps.every((step) =>
      step.items.every((item) => isUnchanged(item, item.joined !== undefined) && item.outputs.every(isThere)),
    )
  );
}

/** A join has no file of its own; its parts are outputs, which are looked at where they were made. */
function isUnchanged(item: { file: string; size: number; mtime_ms: number }, isJoin: boolean): boolean {
  if (isJoin) return true;
  const stats = statSync(item.file, { throwIfNoEntry: false });
  return stats === undefined || (stats.size === item.size && stats.mtimeMs === item.mtime_ms);
}
