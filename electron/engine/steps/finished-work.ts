import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Ending } from '../../../shared/run/worker-state.ts';
import type { ItemDesk } from './item-desk.ts';
import type { FinalReport } from './report-desk.ts';
import type { WorkerSlot } from './worker-slot.ts';

/**
 * Whether an item was done when the process that had it ended. What was done is judged first, then what ended the process: a stop, a time-out
 * or a lost device takes nothing back that was finished before its signal or in the grace after it.
 *
 * A process that we have asked to end may exit with success in the middle of an item. So its status alone is not believed then: its report
 * or, where it reports nothing, the declared outputs have to say the same.
 */
export interface ProcessWork {
  slot: WorkerSlot;
  items: ItemDesk;
  end: Ending;
}

/** The one item of a process of its own. @param word its final report, if it made one */
export function finishedAlone({ slot, items, end }: ProcessWork, item: ItemState, word: FinalReport | null): boolean {
  if (word?.status === 'failed') return false;
  if (slot.stopCause === null && !isUnknown(end)) return slot.endedWell(end);
  if (word !== null) return items.areThere(item, word);
  if (isUnknown(end)) return slot.stopCause === null && !slot.hasReported && items.hasOutputs(item);
  return slot.endedWell(end) && items.hasOutputs(item);
}

/** An item that the worker of a queue had in hand and has said no final word about. */
export function finishedUnreported({ slot, items, end }: ProcessWork, item: ItemState): boolean {
  if (!items.hasOutputs(item)) return false;
  if (slot.stopCause === null && !isUnknown(end)) return slot.endedWell(end);
  return !slot.hasReported && (isUnknown(end) ? slot.stopCause === null : slot.endedWell(end));
}

/**
 * Those of a list that are done, of which the worker has said no final word. One that was asked to end and reports nothing has done its list
 * only if all of it is there: of a part nobody knows which file it was at.
 */
export function finishedOfList({ slot, items, end }: ProcessWork, held: readonly ItemState[]): readonly ItemState[] {
  const wellOrUnseen = isUnknown(end) ? slot.stopCause === null : slot.endedWell(end);
  if (!wellOrUnseen) return [];
  if (slot.stopCause === null && !isUnknown(end)) return held;
  if (slot.hasReported) return [];
  const there = held.filter((item) => items.hasOutputs(item));
  return isUnknown(end) || there.length === held.length ? there : [];
}

/** Whether nobody saw how the process ended: its launcher was killed. */
function isUnknown(end: Ending): boolean {
  return end.exit_code === null && end.signal === null;
}

/** Why the latest start of a worker failed, as journaled. */
export function startFailure(slot: WorkerSlot): Failure {
  const state = slot.record?.state;
  const known = state !== undefined && 'failure' in state ? state.failure : null;
  return known ?? failure('spawn-failed', 'the worker could not be started');
}
