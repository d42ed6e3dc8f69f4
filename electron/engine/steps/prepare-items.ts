import type { ItemRecord, RunEventBody } from '../../../shared/run-events.ts';
import type { ItemState, StepState } from '../../../shared/run-state.ts';
import type { StepFile } from './find-step-files.ts';

/** Items are journaled in lines of this many, so that no line grows without bound. */
const ITEMS_PER_EVENT = 1_000;

/** What has changed about an item that an earlier engine knew. */
interface ItemChange {
  item: ItemState;
  reason: 'input-changed' | 'output-missing' | 'source-complete';
  detail: string;
}

/** New items and what to say about known ones: the difference between the files of a step and what its journal knows. */
export interface ItemPlan {
  added: ItemRecord[];
  skipped: number[];
  changes: (ItemChange & { record: ItemRecord })[];
}

/**
 * Compares a step's files with its known items, by path, size and time of change.
 * @param cost of a file that is new or changed, by its place in `files`
 * @param hasOutputs whether what a complete item made is still there
 */
export function planItems(
  state: StepState,
  files: readonly StepFile[],
  cost: (place: number) => number,
  hasOutputs: (item: ItemState) => boolean,
): ItemPlan {
  const known = new Map(state.items.map((item) => [item.file, item]));
  const plan: ItemPlan = { added: [], skipped: [], changes: [] };
  files.forEach((file, place) => {
    const item = known.get(file.file);
    if (item === undefined) {
      const index = state.items.length + plan.added.length;
      plan.added.push(recordOf(file, index, cost(place)));
      if (file.skipped) plan.skipped.push(index);
      return;
    }
    const change = changeOf(item, file, hasOutputs);
    if (change !== null) plan.changes.push({ ...change, item, record: recordOf(file, item.item, cost(place)) });
    else if (file.skipped && item.status === 'pending') plan.skipped.push(item.item);
  });
  return plan;
}

/** The events that bring the journal up to a plan. */
export function* itemEvents(step: number, plan: ItemPlan): Generator<RunEventBody> {
  for (let from = 0; from < plan.added.length; from += ITEMS_PER_EVENT) {
    yield { type: 'items', step, items: plan.added.slice(from, from + ITEMS_PER_EVENT) };
  }
  for (const { item, reason, detail, record } of plan.changes) {
    yield { type: 'items-reset', step, items: [item.item], reason, detail, records: [record] };
  }
  if (plan.skipped.length > 0) {
    yield { type: 'items-skipped', step, items: plan.skipped, reason: 'what it comes from has failed' };
  }
}

function changeOf(
  item: ItemState,
  file: StepFile,
  hasOutputs: (item: ItemState) => boolean,
): Omit<ItemChange, 'item'> | null {
  if (file.skipped) return null;
  if (item.status === 'skipped')
    return { reason: 'source-complete', detail: `what ${file.file} comes from is complete now` };
  const changed = describeChange(item, file);
  if (changed !== null && (item.status === 'complete' || item.status === 'failed' || item.status === 'pending')) {
    return { reason: 'input-changed', detail: changed };
  }
  if (item.status === 'complete' && !hasOutputs(item)) {
    return { reason: 'output-missing', detail: `an output of ${item.file} is gone` };
  }
  return null;
}

function describeChange(item: ItemState, file: StepFile): string | null {
  if (item.size !== file.size) return `${item.file} had ${item.size} bytes and has ${file.size} now`;
  if (item.mtime_ms === file.mtime_ms) return null;
  const [before, after] = [item.mtime_ms, file.mtime_ms].map((time) => new Date(time).toISOString());
  return `${item.file} was changed at ${after ?? ''} (before: ${before ?? ''})`;
}

function recordOf(file: StepFile, item: number, cost: number): ItemRecord {
  const { size, mtime_ms, relative_dir, origin, joined } = file;
  return {
    item,
    file: file.file,
    size,
    mtime_ms,
    cost,
    relative_dir,
    origin,
    ...(joined === undefined ? {} : { joined }),
  };
}
