import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Ending } from '../../../shared/run/worker-state.ts';
import type { ItemQueue } from './item-queue.ts';
import type { StepRun } from './step-run.ts';
import type { Worker } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FinalReport } from './worker-reports.ts';

/**
 * A process that has ended, and its items. Whether an item was done is judged first, then what ended the process. So a stop, a time-out or a lost
 * device takes nothing back that was finished before its signal or in the grace period after it.
 *
 * A process that we have asked to end may exit with success in the middle of an item. So its status alone is not believed then: its report has to
 * confirm it or, where it reports nothing, the declared outputs.
 */
export interface ProcessWork {
  worker: Worker;
  items: ItemQueue;
  end: Ending;
}

/** Returns whether the one item of a process of its own is done. @param report its final report, if it made one */
export function finishedAlone(
  { worker, items, end }: ProcessWork,
  item: ItemState,
  report: FinalReport | null,
): boolean {
  if (report?.status === 'failed') return false;
  if (worker.stopCause === null && !isUnknown(end)) return showsSuccess(worker, end);
  if (report !== null) return items.areThere(item, report);
  if (isUnknown(end)) return worker.stopCause === null && !worker.hasReported && items.hasOutputs(item);
  return showsSuccess(worker, end) && items.hasOutputs(item);
}

/** Returns whether an item is done that the worker of a queue held without a final report. */
export function finishedUnreported({ worker, items, end }: ProcessWork, item: ItemState): boolean {
  if (!items.hasOutputs(item)) return false;
  if (worker.stopCause === null && !isUnknown(end)) return showsSuccess(worker, end);
  return !worker.hasReported && (isUnknown(end) ? worker.stopCause === null : showsSuccess(worker, end));
}

/**
 * Returns those items of a list that are done without a final report of the worker. A worker that was asked to end and reports nothing has done its
 * list only if all of it is there: if only a part is there, it is unknown which file it was at.
 */
export function finishedOfList({ worker, items, end }: ProcessWork, held: readonly ItemState[]): readonly ItemState[] {
  const succeededOrUnseen = isUnknown(end) ? worker.stopCause === null : showsSuccess(worker, end);
  if (!succeededOrUnseen) return [];
  if (worker.stopCause === null && !isUnknown(end)) return held;
  if (worker.hasReported) return [];
  const there = held.filter((item) => items.hasOutputs(item));
  return isUnknown(end) || there.length === held.length ? there : [];
}

/** Returns whether the exit status counts as success for items without a report. After a report that was cut off it does not: that may be theirs. */
function showsSuccess(worker: Worker, end: Ending): boolean {
  return worker.endedWell(end) && !worker.reports.isCutOff;
}

/** The failure of an item that a worker held when it ended with success. */
export function leftUnfinished({ reports }: Worker, ending = 'the worker ended'): Failure {
  return failure('left-unfinished', reports.isCutOff ? `${ending}, and its last report was cut off` : ending);
}

/** Returns whether the end of the process was not seen, because its launcher was killed. */
function isUnknown(end: Ending): boolean {
  return end.exit_code === null && end.signal === null;
}

/**
 * Returns whether a final report is believed. A failure that a worker reports after it was asked to end is mostly due to the end itself, so the item
 * is judged when the process is gone. A success is believed all the same.
 */
export function isBelieved({ items }: StepRun, worker: Worker, item: ItemState, report: FinalReport): boolean {
  return worker.stopCause === null || (report.status === 'complete' && items.areThere(item, report));
}

/** The final report of a worker of many items on one of them, and how long that took. */
interface TimedReport {
  report: FinalReport;
  seconds: number;
}

/**
 * Judges an item by its final report. Replaces a worker that cannot do better with the next item: its context is broken, or its parameters date from
 * its start.
 */
export function judgeReported(
  run: StepRun,
  pool: WorkerPool,
  worker: Worker,
  item: ItemState,
  { report, seconds }: TimedReport,
): void {
  pool.madeProgress(worker);
  if (report.status === 'complete') {
    run.items.succeed(worker, item, seconds, report);
    pool.completed(worker);
    return;
  }
  const why = worker.failureOf(item, report);
  if (run.items.fail(worker, item, seconds, why)) worker.stop('replaced', run.setup.stopGraceMs, why);
}
