import { failure } from '../../../shared/run/failure.ts';
import { isOver, type StopCause } from '../../../shared/run/worker-state.ts';
import { DeviceCheck } from './device-check.ts';
import { dispatchEach } from './each-dispatch.ts';
import { dispatchList } from './list-dispatch.ts';
import { PauseReporter } from './pause-reporter.ts';
import { dispatchQueue } from './queue-dispatch.ts';
import { StepRun } from './step-run.ts';
import type { StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';
import { WorkerPool } from './worker-pool.ts';

/** A step under way. */
export interface RunningStep {
  /** Resolves when every item has its final state, when the step was stopped or handed over, or when no worker can go on. */
  readonly done: Promise<StepEnd>;
  stop(cause: StopCause, graceMs: number): void;
  /**
   * Detaches the step without ending its workers, so that another engine can adopt them. `done` resolves and nothing is journaled any more.
   * @returns false when that is not possible now
   */
  leave(): Promise<boolean>;
}

/** How the work of this engine on a step ended: over, with the reason when no worker was left, or handed over to another engine. */
type StepEnd = { kind: 'over'; reason: string | null } | { kind: 'left' };

/**
 * Runs a step whose items are journaled: adopts workers of an earlier engine, starts the others, hands out, judges.
 * @param speeds one per rank, 1 on average
 */
export function startStep(setup: StepSetup, speeds: readonly number[]): RunningStep {
  const run = new StepRun(setup);
  for (const worker of run.workers) adoptOpenWorker(run, worker);
  const left = new Promise<StepEnd>((resolve) => {
    run.handover.endWith(() => resolve({ kind: 'left' }));
  });
  const over = runWorkers(run, speeds).then((reason): StepEnd => ({ kind: 'over', reason }));
  return {
    done: Promise.race([over, left]),
    leave: () => run.leave(),
    stop: (cause, graceMs) => run.stop(cause, graceMs),
  };
}

async function runWorkers(run: StepRun, speeds: readonly number[]): Promise<string | null> {
  const pool = new WorkerPool(run);
  const pause = new PauseReporter(run);
  const check = new DeviceCheck(run.setup, run.workers);
  const unsubscribe = run.onChange(() => check.watch());
  const endWatches = (): void => {
    check.stop();
    pause.close();
    pool.close();
  };
  run.handover.endWith(endWatches);
  check.watch();
  try {
    await endUnrecorded(run);
    await dispatch(run, pool, speeds);
    return run.exhausted;
  } finally {
    unsubscribe();
    endWatches();
    // After an error workers may still be ending.
    await Promise.all(run.workers.flatMap(({ process }) => process?.ended ?? []));
    for (const worker of run.workers) worker.close();
  }
}

/** Ends unrecorded workers. An engine that takes over would start its own workers meanwhile, so the step is not handed over before this is done. */
async function endUnrecorded(run: StepRun): Promise<void> {
  const ended = Promise.all(run.workers.map((worker) => worker.endUnrecorded()));
  run.handover.track(ended.then(() => null));
  await ended;
}

async function dispatch(run: StepRun, pool: WorkerPool, speeds: readonly number[]): Promise<void> {
  switch (run.setup.definition.dispatch) {
    case 'queue':
      return dispatchQueue(run, pool);
    case 'list':
      return dispatchList(run, pool, speeds);
    case 'each':
      return dispatchEach(run, pool);
  }
}

/**
 * Takes over a worker that an earlier engine left. One of this boot is adopted, even when it has ended meanwhile: its exit status and its reports can
 * still be read. One that cannot be adopted is lost, and its items are pending again.
 */
function adoptOpenWorker(run: StepRun, worker: Worker): void {
  const { record } = worker;
  if (record === undefined) return;
  if (isOver(record.state)) takeBack(run, worker, 'the worker was not started yet');
  else if (!worker.adopt()) recordLost(run, worker);
}

function recordLost(run: StepRun, worker: Worker): void {
  const reason = 'the machine or the container was restarted, or the worker never started';
  takeBack(run, worker, reason);
  worker.recordEnd({ exit_code: null, signal: null, leftovers: 0, unread: false }, failure('lost', reason));
}

/**
 * Takes the items of a lost worker back. What it has reported counts first: if that were read later, it would be taken for a report on the next
 * attempt. The rest is pending again.
 */
function takeBack(run: StepRun, worker: Worker, reason: string): void {
  worker.reports.listen({
    onStarted: () => undefined,
    onFinal: (item, report) => {
      const seconds = report.seconds ?? 0;
      if (report.status === 'complete') run.items.succeed(worker, item, seconds, report);
      else run.items.fail(worker, item, seconds, worker.failureOf(item, report));
    },
  });
  worker.reports.read();
  worker.reports.listen(null);
  run.items.release(worker, worker.held, reason);
}
