import type { ItemStatus } from '../items/item.ts';
import type { ItemRecord, RunEvent } from './run-events.ts';
import type { StepState, WorkerRecord } from './run-model.ts';
import { beginWork, endWork } from './step-times.ts';
import { addCounters } from './tokens.ts';

/** The effects of events on the items of a step. Counts change only together with the items, so they always add up. */

/** Appends items. @returns false, and adds none, when their numbers do not continue the existing ones */
export function addItems(step: StepState, items: ItemRecord[]): boolean {
  const first = step.items.length;
  if (items.some((record, index) => record.item !== first + index)) return false;
  for (const record of items) step.items.add(record);
  step.counts.total += items.length;
  step.counts.pending += items.length;
  return true;
}

/** Changes items by number. @returns false, and changes none, when one of them does not exist */
export function changeItems(step: StepState, items: number[], change: (item: number) => void): boolean {
  if (items.some((item) => item >= step.items.length)) return false;
  for (const item of items) change(item);
  return true;
}

function setItemStatus(step: StepState, item: number, status: ItemStatus): void {
  step.counts[step.items.status(item)] -= 1;
  step.counts[status] += 1;
  step.items.setStatus(item, status);
}

/** Marks an item that will not be processed. */
export function skipItem(step: StepState, item: number): void {
  withdraw(step, item);
  setItemStatus(step, item, 'skipped');
}

/** Makes an item pending again, as if it had never been tried. */
export function resetItem(step: StepState, item: number): void {
  withdraw(step, item);
  setItemStatus(step, item, 'pending');
  step.items.setAttempts(item, 0);
  step.items.setFailure(item, null);
  step.items.setOutputs(item, []);
  step.items.setSeconds(item, null);
}

/** Reverses the counts of an item: the worker that finished it loses the count, and the worker that holds it loses the item. */
function withdraw(step: StepState, item: number): void {
  const status = step.items.status(item);
  const worker = workerOf(step, item);
  if (worker === undefined) return;
  if (status === 'running') worker.holding.drop(item);
  if (status === 'complete') worker.complete -= 1;
  if (status === 'failed') worker.failed -= 1;
}

/** Takes a running item back without counting the attempt. */
export function releaseItem(step: StepState, item: number, time: string): void {
  if (step.items.status(item) !== 'running') return;
  const worker = workerOf(step, item);
  worker?.holding.drop(item);
  if (worker !== undefined) endWork(worker, time, null);
  setItemStatus(step, item, 'pending');
  step.items.setAttempts(item, Math.max(0, step.items.attempts(item) - 1));
}

/** Returns the worker that holds the item or held it last. */
function workerOf({ items, workers }: StepState, item: number): WorkerRecord | undefined {
  const rank = items.rank(item);
  return rank === null ? undefined : workers[rank];
}

/** Gives a pending item to a worker. */
export function beginAttempt(
  step: StepState,
  worker: WorkerRecord,
  item: number,
  event: Extract<RunEvent, { type: 'dispatching' }>,
): void {
  if (step.items.status(item) !== 'pending') return;
  setItemStatus(step, item, 'running');
  const { log_offset, report_offset } = event;
  step.items.beginAttempt(item, { rank: worker.rank, log_offset, report_offset });
  worker.holding.add(item);
  beginWork(worker, event.time);
}

/** Ends an attempt. @returns false when the item is not running */
export function judgeItem(
  step: StepState,
  worker: WorkerRecord,
  event: Extract<RunEvent, { type: 'item-complete' | 'item-failed' }>,
): boolean {
  const { items } = step;
  const { item } = event;
  if (item >= items.length || items.status(item) !== 'running') return false;
  workerOf(step, item)?.holding.drop(item);
  items.endSpan(item, event.log_offset);
  items.setSeconds(item, event.seconds);
  items.setRank(item, worker.rank);
  endWork(worker, event.time, event.seconds);
  if (event.type === 'item-complete') {
    setItemStatus(step, item, 'complete');
    items.setOutputs(item, event.outputs, event.stamps);
    items.setFailure(item, null);
    worker.complete += 1;
    if (event.metrics !== undefined) worker.counters = addCounters(worker.counters, event.metrics);
    return true;
  }
  setItemStatus(step, item, event.final ? 'failed' : 'pending');
  items.setFailure(item, event.failure);
  if (event.final) worker.failed += 1;
  return true;
}
