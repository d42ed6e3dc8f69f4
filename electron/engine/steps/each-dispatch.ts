import type { ItemState } from '../../../shared/items/item.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { ItemClock } from './item-clock.ts';
import { finishedAlone, leftUnfinished } from './judge-work.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import type { Worker } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Dispatches an `each` step: one process per item, one at a time per rank, the longest remaining item first. */
export async function dispatchEach(run: StepRun, pool: WorkerPool): Promise<void> {
  await run.together(run.workers.map((worker) => runRank({ run, worker, pool })));
}

/** One rank and what it works with. */
interface EachRank {
  run: StepRun;
  worker: Worker;
  pool: WorkerPool;
}

async function runRank(rank: EachRank): Promise<void> {
  const { run, worker } = rank;
  const clock = new ItemClock(
    run.setup.definition.timeout_seconds,
    () => worker.reports.read(),
    () => worker.stop('timeout', run.setup.stopGraceMs),
  );
  run.handover.endWith(() => clock.stop());
  const stall = new StallWatch(run, worker);
  try {
    await work(rank, clock);
  } finally {
    stall.stop();
    clock.stop();
  }
  await worker.endStrays();
}

async function work(rank: EachRank, clock: ItemClock): Promise<void> {
  const { run, worker, pool } = rank;
  if (worker.process !== null) {
    const item = worker.firstHeld;
    if (item !== undefined) clock.start(item.item, worker.record?.work.since ?? null);
    await awaitItem(rank, clock);
  }
  while (!run.isOver) {
    if (run.items.pending.size === 0) await run.nextChange();
    else if (await pool.admit(worker)) await runNext(rank, clock);
  }
}

/** Runs the next item of the rank, unless other ranks have taken the last one meanwhile. */
async function runNext(rank: EachRank, clock: ItemClock): Promise<void> {
  const item = rank.run.items.take();
  if (item !== undefined) await runItem(rank, item, clock);
}

async function runItem(rank: EachRank, item: ItemState, clock: ItemClock): Promise<void> {
  const { run, worker, pool } = rank;
  worker.openLog(null);
  run.items.begin(worker, [item]);
  const { file, relative_dir, joined } = item;
  const expanded = run.command(worker, { item: { file, relative_dir, joined, outputs: run.items.outputs(item) } });
  if (!expanded.ok) throw new Error(expanded.error.message);
  worker.reports.expect(item);
  clock.start(item.item);
  run.setup.live.state.setFile(run.step, worker.rank, file);
  const process = await run.start(worker, expanded.value, { input: false, reason: null });
  if (process !== null) return awaitItem(rank, clock);
  // A start that was never recorded may have worked all the same.
  const report = worker.reports.take();
  if (report?.status === 'complete' && run.items.areThere(item, report))
    run.items.succeed(worker, item, report.seconds ?? 0, report);
  else run.items.fail(worker, item, 0, worker.startFailure);
  pool.ended(worker, worker.startFailure, true);
}

/** Waits for the process of the rank and judges its item: success exit, no failed report, outputs there. */
async function awaitItem({ run, worker, pool }: EachRank, clock: ItemClock): Promise<void> {
  const end = await worker.process?.ended;
  if (end === undefined) return;
  const { seconds } = clock;
  clock.stop();
  worker.reports.readToEnd();
  const why = await worker.explainEnd(end);
  run.setup.live.state.setFile(run.step, worker.rank, null);
  const item = worker.firstHeld;
  if (item !== undefined) judge(run, worker, item, { end, why, seconds });
  worker.recordEnd(end, why);
  // Here the end of a process is the end of one item, not of a worker that was to live on.
  pool.ended(worker, why, true);
}

interface Outcome {
  end: ProcessEnd;
  why: Failure | null;
  seconds: number;
}

function judge(run: StepRun, worker: Worker, item: ItemState, { end, why, seconds }: Outcome): void {
  const report = worker.reports.take();
  if (finishedAlone({ worker, items: run.items, end }, item, report)) run.items.succeed(worker, item, seconds, report);
  else if (worker.wasStopped) run.items.release(worker, [item], 'the run was stopped');
  else if (report?.status === 'failed' && worker.stopCause === null)
    run.items.fail(worker, item, seconds, worker.failureOf(item, report));
  else run.items.fail(worker, item, seconds, why ?? leftUnfinished(worker));
}
