import { type FileRow, FileTable } from '../../../shared/items/file-table.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import type { ItemRecord, RunEventBody } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { isWanted, type StepFile } from './find-step-files.ts';

/** Items are journaled in lines of this many, so that no line grows without bound. */
const ITEMS_PER_EVENT = 1_000;

/** What has changed about an item that an earlier engine knew. */
interface ItemChange {
  reason: 'input-changed' | 'output-missing' | 'source-complete';
  detail: string;
}

/** New items and what to say about known ones: the difference between the files of a step and what its journal knows. */
export interface ItemPlan {
  /** The number of the first item that is added. */
  first: number;
  /** Files of new items; whoever made the plan sets their costs. */
  added: FileTable;
  skipped: number[];
  /** Each with the item's number, the file as it is now and its known cost; `stale` when that is a cost of another content. */
  changes: (ItemChange & { item: number; file: StepFile; cost: number; stale: boolean })[];
}

/** The events that journal the items of a first step that takes the run's files. */
export function firstItems(step: Pick<Step, 'inputs' | 'patterns'>, files: Iterable<FileRow>): Generator<RunEventBody> {
  const wanted = Iterator.from(files).filter(({ file }) => isWanted(step, file));
  return itemsAdded(1, 0, step.inputs === 'run' ? wanted : []);
}

/**
 * Compares a step's files with its known items, by path, size and time of change.
 * @param lostOutput what became of something that a complete item made, in words; null while all of it is there
 */
export function planItems(
  state: StepState,
  files: Iterable<StepFile>,
  lostOutput: (item: ItemState) => string | null,
): ItemPlan {
  const { items } = state;
  const plan: ItemPlan = { first: items.length, added: new FileTable(), skipped: [], changes: [] };
  for (const file of files) {
    const item = items.at(items.find(file.file));
    if (item === undefined) {
      if (file.skipped) plan.skipped.push(plan.first + plan.added.length);
      plan.added.push({ ...file, cost: 0 });
      continue;
    }
    const change = changeOf(item, file, lostOutput);
    const stale = item.size !== file.size || item.mtime_ms !== file.mtime_ms;
    if (change !== null) plan.changes.push({ ...change, item: item.item, file, cost: item.cost, stale });
    else if (file.skipped && item.status === 'pending') plan.skipped.push(item.item);
  }
  return plan;
}

/** The events that bring the journal up to a plan. */
export function* itemEvents(step: number, plan: ItemPlan): Generator<RunEventBody> {
  yield* itemsAdded(step, plan.first, plan.added);
  for (const { item, reason, detail, file, cost } of plan.changes) {
    const records = [recordOf({ ...file, cost }, item)];
    yield { type: 'items-reset', step, items: [item], reason, detail, records };
  }
  if (plan.skipped.length > 0) {
    yield { type: 'items-skipped', step, items: plan.skipped, reason: 'what it comes from has failed' };
  }
}

function* itemsAdded(step: number, first: number, files: Iterable<FileRow>): Generator<RunEventBody> {
  let items: ItemRecord[] = [];
  let next = first;
  for (const file of files) {
    items.push(recordOf(file, next));
    next += 1;
    if (items.length < ITEMS_PER_EVENT) continue;
    yield { type: 'items', step, items };
    items = [];
  }
  if (items.length > 0) yield { type: 'items', step, items };
}

function changeOf(item: ItemState, file: StepFile, lostOutput: (item: ItemState) => string | null): ItemChange | null {
  if (file.skipped) return null;
  const { status } = item;
  if (status === 'skipped')
    return { reason: 'source-complete', detail: `what ${file.file} comes from is complete now` };
  const changed = describeChange(item, file);
  if (changed !== null && (status === 'complete' || status === 'failed' || status === 'pending')) {
    return { reason: 'input-changed', detail: changed };
  }
  const lost = status === 'complete' ? lostOutput(item) : null;
  return lost === null ? null : { reason: 'output-missing', detail: lost };
}

function describeChange(item: ItemState, file: StepFile): string | null {
  if (item.size !== file.size) return `${item.file} had ${item.size} bytes and has ${file.size} now`;
  if (item.mtime_ms === file.mtime_ms) return null;
  const [before, after] = [item.mtime_ms, file.mtime_ms].map((time) => new Date(time).toISOString());
  return `${item.file} was changed at ${after ?? ''} (before: ${before ?? ''})`;
}

function recordOf(row: FileRow, item: number): ItemRecord {
  const { file, size, mtime_ms, cost, relative_dir, joined, origin = file } = row;
  return { item, file, size, mtime_ms, cost, relative_dir, origin, ...(joined === undefined ? {} : { joined }) };
}
