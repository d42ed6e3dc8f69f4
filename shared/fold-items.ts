import type { ItemRecord, RunEvent } from './run-events.ts';
import type { ItemState, ItemStatus, StepState, WorkerRecord } from './run-state.ts';
import { beginWork, endWork } from './step-times.ts';
import { addCounters } from './tokens.ts';

/** Shared by all items that have none: with 100,000 items empty lists would be megabytes. Never changed, always replaced. */
const NO_SPANS: ItemState['spans'] = [];
const NO_OUTPUTS: string[] = [];

/** What events do to the items of a step. Counts change with the items and nowhere else, so they always add up. */

/** Adds items behind those that are there. @returns false, and adds none, when their numbers do not follow */
export function addItems(step: StepState, items: ItemRecord[]): boolean {
  const first = step.items.length;
  if (items.some((record, index) => record.item !== first + index)) return false;
  for (const record of items) step.items.push(newItem(record));
  step.counts.total += items.length;
  step.counts.pending += items.length;
  return true;
}

/** Written out key by key: an object made by spreading keeps its later keys in a second one, which 100,000 items feel. */
function newItem(record: ItemRecord): ItemState {
  const item: ItemState = {
    item: record.item,
    file: record.file,
    size: record.size,
    mtime_ms: record.mtime_ms,
    cost: record.cost,
    relative_dir: record.relative_dir,
    // Most items are a run file themselves: one text for both spares a copy of the path.
    origin: record.origin === record.file ? record.file : record.origin,
    status: 'pending',
    attempts: 0,
    rank: null,
    spans: NO_SPANS,
    report_offset: 0,
    seconds: null,
    outputs: NO_OUTPUTS,
    failure: null,
  };
  if (record.joined !== undefined) item.joined = record.joined;
  return item;
}

/** Changes items by number. @returns false, and changes none, when one of them is not there */
export function forItems(step: StepState, indices: number[], change: (item: ItemState) => void): boolean {
  if (indices.some((index) => step.items[index] === undefined)) return false;
  for (const index of indices) {
    const item = step.items[index];
    if (item !== undefined) change(item);
  }
  return true;
}

function setItemStatus(step: StepState, item: ItemState, status: ItemStatus): void {
  step.counts[item.status] -= 1;
  step.counts[status] += 1;
  item.status = status;
}

/** The item will not be done. */
export function skipItem(step: StepState, item: ItemState): void {
  withdraw(step, item);
  setItemStatus(step, item, 'skipped');
}

/** The item is pending again, as if it had never been tried. */
export function resetItem(step: StepState, item: ItemState): void {
  withdraw(step, item);
  setItemStatus(step, item, 'pending');
  item.attempts = 0;
  item.failure = null;
  item.outputs = NO_OUTPUTS;
  item.seconds = null;
}

/** What is taken back no longer counts for the worker that finished it, and whoever has it has it no more. */
function withdraw(step: StepState, item: ItemState): void {
  if (item.status === 'running') dropFromWorker(step, item);
  const worker = item.rank === null ? undefined : step.workers[item.rank];
  if (worker === undefined) return;
  if (item.status === 'complete') worker.complete -= 1;
  if (item.status === 'failed') worker.failed -= 1;
}

/** Takes a running item back without counting the attempt. */
export function releaseItem(step: StepState, item: ItemState, time: string): void {
  if (item.status !== 'running') return;
  dropFromWorker(step, item);
  const worker = item.rank === null ? undefined : step.workers[item.rank];
  if (worker !== undefined) endWork(worker, time, null);
  setItemStatus(step, item, 'pending');
  item.attempts = Math.max(0, item.attempts - 1);
}

function dropFromWorker(step: StepState, item: ItemState): void {
  const worker = item.rank === null ? undefined : step.workers[item.rank];
  const at = worker?.holding.indexOf(item.item) ?? -1;
  if (at >= 0) worker?.holding.splice(at, 1);
}

/** A pending item is handed to a worker. */
export function beginAttempt(
  step: StepState,
  worker: WorkerRecord,
  item: ItemState,
  event: Extract<RunEvent, { type: 'dispatching' }>,
): void {
  if (item.status !== 'pending') return;
  setItemStatus(step, item, 'running');
  item.attempts += 1;
  item.rank = worker.rank;
  item.report_offset = event.report_offset;
  item.spans = [...item.spans, [worker.rank, event.log_offset, null]];
  worker.holding.push(item.item);
  beginWork(worker, event.time);
}

/** The end of an attempt. @returns false when the item is not running */
export function judgeItem(
  step: StepState,
  worker: WorkerRecord,
  event: Extract<RunEvent, { type: 'item-complete' | 'item-failed' }>,
): boolean {
  const item = step.items[event.item];
  if (item === undefined || item.status !== 'running') return false;
  dropFromWorker(step, item);
  const span = item.spans.at(-1);
  if (span !== undefined) span[2] = event.log_offset;
  item.seconds = event.seconds;
  item.rank = worker.rank;
  endWork(worker, event.time, event.seconds);
  if (event.type === 'item-complete') {
    setItemStatus(step, item, 'complete');
    item.outputs = event.outputs.length === 0 ? NO_OUTPUTS : event.outputs;
    item.failure = null;
    worker.complete += 1;
    if (event.metrics !== undefined) worker.counters = addCounters(worker.counters, event.metrics);
    return true;
  }
  setItemStatus(step, item, event.final ? 'failed' : 'pending');
  item.failure = event.failure;
  if (event.final) worker.failed += 1;
  return true;
}
