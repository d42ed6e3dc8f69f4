import type { LogProblem } from '../../../../shared/contract/logs.ts';
import type { DeviceRef } from '../../../../shared/device.ts';
import type { ItemState } from '../../../../shared/items/item.ts';
import type { RunState, StepState, WorkerRecord } from '../../../../shared/run/run-model.ts';
import { totalCounts } from '../../../../shared/run/run-state.ts';
import { workedSeconds } from '../../../../shared/run/run-time.ts';
import { busySeconds, stepUse } from '../../../../shared/run/step-times.ts';
import { sumUsage } from '../../../../shared/run/tokens.ts';
import { writeFileAtomic } from '../../files/write-file-atomic.ts';
import { metricsFile } from '../../run-directory/paths.ts';
import {
  type DeviceMetrics,
  type DeviceUsage,
  METRICS_VERSION,
  type RunMetrics,
  type StepMetrics,
  type Work,
  type WorkerMetrics,
} from './metrics-document.ts';

/** Number of kinds of problems that are kept. The logs have all of them. */
const PROBLEMS_KEPT = 100;

/** Observations that are not in the journal. */
export interface Observed {
  /** Totals of the devices' samples, if devices were sampled. */
  usage?: readonly DeviceUsage[];
  /** Warnings and errors that workers printed. */
  problems?: readonly LogProblem[];
}

/**
 * Calculates the totals by step, worker and device from the folded journal.
 * @param now counts as the end of everything that has not ended yet
 */
export function runMetrics(state: RunState, now: Date, { usage = [], problems = [] }: Observed = {}): RunMetrics {
  const steps = state.steps.map((step) => stepMetrics(step, now.getTime()));
  return {
    version: METRICS_VERSION,
    run: state.run,
    pipeline: state.pipeline,
    status: state.status,
    started: state.started,
    ended: state.ended,
    makespan_seconds: workedSeconds(state, now.getTime()),
    items: totalCounts(state),
    cost: sum(steps.map((step) => step.cost)),
    busy_seconds: sum(steps.map((step) => step.busy_seconds)),
    ...sumUsage(steps),
    steps,
    devices: deviceMetrics(steps, usage),
    problems: problems.toSorted((a, b) => b.count - a.count).slice(0, PROBLEMS_KEPT),
  };
}

/**
 * Writes metrics.json.
 * @throws the file system's error
 */
export function writeMetrics(directory: string, metrics: RunMetrics): void {
  writeFileAtomic(metricsFile(directory), `${JSON.stringify(metrics, null, 2)}\n`);
}

function stepMetrics(step: StepState, now: number): StepMetrics {
  const { makespan, share, load, imbalance, waiting } = stepUse(step, now);
  const workers = step.workers.map((worker) => idleWorker(worker, busySeconds(step, worker, now)));
  let retries = 0;
  for (const item of step.items) {
    retries += Math.max(0, item.attempts - 1);
    const worker = item.rank === null ? undefined : workers[item.rank];
    if (worker !== undefined) countItem(worker, item);
  }
  for (const worker of workers) finishWorker(worker, makespan);
  const work = addWork(workers);
  return {
    step: step.step,
    name: step.name,
    dispatch: step.dispatch,
    status: step.status,
    started: step.started,
    ended: step.ended,
    items: { ...step.counts },
    ...work,
    busy_share: share,
    starts: sum(workers.map((worker) => worker.starts)),
    retries,
    makespan_seconds: makespan,
    items_per_second: ratio(work.complete, makespan),
    cost_per_second: ratio(work.cost, makespan),
    share_of_ideal: share,
    losses: share === null ? null : { load, imbalance, waiting },
    workers,
  };
}

function idleWorker(worker: WorkerRecord, busy: number): WorkerMetrics {
  return {
    worker: worker.worker,
    rank: worker.rank,
    device: worker.device,
    complete: 0,
    failed: 0,
    cost: 0,
    busy_seconds: busy,
    busy_share: null,
    tokens: worker.tokens,
    requests: worker.requests,
    counters: worker.counters,
    item_seconds: 0,
    starts: worker.starts,
    items_per_second: null,
    cost_per_busy_second: null,
  };
}

function countItem(worker: WorkerMetrics, item: ItemState): void {
  if (item.status === 'failed') worker.failed += 1;
  if (item.status !== 'complete') return;
  worker.complete += 1;
  worker.cost += item.cost;
  worker.item_seconds += item.seconds ?? 0;
}

function finishWorker(worker: WorkerMetrics, makespan: number | null): void {
  worker.busy_share = ratio(worker.busy_seconds, makespan);
  worker.items_per_second = ratio(worker.complete, makespan);
  worker.cost_per_busy_second = ratio(worker.cost, worker.item_seconds);
}

/** Adds up work that ran in parallel. The caller sets the busy share, because only it knows the available time. */
function addWork(parts: readonly Work[]): Work {
  return {
    complete: sum(parts.map((part) => part.complete)),
    failed: sum(parts.map((part) => part.failed)),
    cost: sum(parts.map((part) => part.cost)),
    busy_seconds: sum(parts.map((part) => part.busy_seconds)),
    busy_share: null,
    ...sumUsage(parts),
  };
}

/** Adds up each device's ranks over all steps. A device's time is the sum of its steps' makespans, counted once per rank on it. */
function deviceMetrics(steps: StepMetrics[], usage: readonly DeviceUsage[]): DeviceMetrics[] {
  const byDevice = new Map<string, { device: DeviceRef; workers: WorkerMetrics[]; seconds: number }>();
  for (const step of steps) {
    for (const worker of step.workers) {
      const key = deviceKey(worker.device);
      const entry = byDevice.get(key) ?? { device: worker.device, workers: [], seconds: 0 };
      entry.workers.push(worker);
      entry.seconds += step.makespan_seconds ?? 0;
      byDevice.set(key, entry);
    }
  }
  const used = new Map(usage.map((device) => [deviceKey(device), device]));
  return [...byDevice].map(([key, entry]) => {
    const work = addWork(entry.workers);
    const sampled = used.get(key);
    return {
      device: entry.device,
      ...work,
      busy_share: ratio(work.busy_seconds, entry.seconds),
      starts: sum(entry.workers.map((worker) => worker.starts)),
      peak_memory: sampled?.peak_memory ?? null,
      mean_utilization: sampled?.mean_utilization ?? null,
      energy: sampled?.energy ?? null,
      utilization_samples: sampled?.utilization_samples ?? 0,
    };
  });
}

function deviceKey(device: Pick<DeviceRef, 'kind' | 'index' | 'uuid'>): string {
  return device.uuid ?? `${device.kind} ${device.index}`;
}

function ratio(part: number, whole: number | null): number | null {
  return whole === null || whole === 0 ? null : part / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
