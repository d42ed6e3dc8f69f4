import type { ItemState } from '../../../shared/items/item.ts';
import type { Ending } from '../../../shared/run/worker-state.ts';
import type { ItemQueue } from './item-queue.ts';
import type { StepRun } from './step-run.ts';
import type { Worker } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FinalReport } from './worker-reports.ts';

/**
 * Whether an item was done when the process that had it ended. What was done is judged first, then what ended the process: a stop, a time-out
 * or a lost device takes nothing back that was finished before its signal or in the grace after it.
 *
 * A process that we have asked to end may exit with success in the middle of an item. So its status alone is not believed then: its report
 * or, where it reports nothing, the declared outputs have to say the same.
 */
export interface ProcessWork {
  worker: Worker;
  items: ItemQueue;
  end: Ending;
}

/** The one item of a process of its own. @param report its final report, if it made one */
export function finishedAlone(
  { worker, items, end }: ProcessWork,
  item: ItemState,
  report: FinalReport | null,
): boolean {
  if (report?.status === 'failed') return false;
  if (worker.stopCause === null && !isUnknown(end)) return worker.endedWell(end);
  if (report !== null) return items.areThere(item, report);
  if (isUnknown(end)) return worker.stopCause === null && !worker.hasReported && items.hasOutputs(item);
  return worker.endedWell(end) && items.hasOutputs(item);
}

/** An item that the worker of a queue had in hand and has made no final report on. */
export function finishedUnreported({ worker, items, end }: ProcessWork, item: ItemState): boolean {
  if (!items.hasOutputs(item)) return false;
  if (worker.stopCause === null && !isUnknown(end)) return worker.endedWell(end);
  return !worker.hasReported && (isUnknown(end) ? worker.stopCause === null : worker.endedWell(end));
}

/**
 * Those of a list that are done, of which the worker has made no final report. One that was asked to end and reports nothing has done its list
 * only if all of it is there: of a part nobody knows which file it was at.
 */
export function finishedOfList({ worker, items, end }: ProcessWork, held: readonly ItemState[]): readonly ItemState[] {
  const wellOrUnseen = isUnknown(end) ? worker.stopCause === null : worker.endedWell(end);
  if (!wellOrUnseen) return [];
  if (worker.stopCause === null && !isUnknown(end)) return held;
  if (worker.hasReported) return [];
  const there = held.filter((item) => items.hasOutputs(item));
  return isUnknown(end) || there.length === held.length ? there : [];
}

/** Whether nobody saw how the process ended: its launcher was killed. */
function isUnknown(end: Ending): boolean {
  return end.exit_code === null && end.signal === null;
}

/**
 * Whether a final report is believed. What a worker says of a failure once it has been asked to end is mostly the end itself; the item is judged
 * when the process is gone. What it has finished all the same is finished.
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
 * Judges an item by the final report on it. A worker that cannot do better with what comes next is replaced: its context is broken, or it has its
 * parameters from its start.
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
