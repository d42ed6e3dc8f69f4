import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { finishedAlone, startFailure } from './finished-work.ts';
import { ItemClock } from './item-clock.ts';
import type { FinalReport, ReportDesk } from './report-desk.ts';
import { runTogether } from './run-workers.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** `each`: one process per item, one at a time per slot, the longest remaining item first. */
export async function dispatchEach(
  run: StepRun,
  slots: readonly WorkerSlot[],
  desk: ReportDesk,
  pool: WorkerPool,
): Promise<void> {
  await runTogether(
    slots.map((slot) => runSlot({ run, slot, desk, pool })),
    () => run.abandon(slots),
  );
}

/** One rank and what it works with. */
interface EachWorker {
  run: StepRun;
  slot: WorkerSlot;
  desk: ReportDesk;
  pool: WorkerPool;
}

async function runSlot(worker: EachWorker): Promise<void> {
  const { run, slot } = worker;
  const clock = new ItemClock(
    run.setup.definition.timeout_seconds,
    () => slot.reports.read(),
    () => slot.stop('timeout', run.setup.stopGraceMs),
  );
  run.leaveTaking.endWith(() => clock.stop());
  const stall = new StallWatch(run, slot);
  try {
    await work(worker, clock);
  } finally {
    stall.stop();
    clock.stop();
  }
  await slot.endStrays();
}

async function work(worker: EachWorker, clock: ItemClock): Promise<void> {
  const { run, slot, pool } = worker;
  if (slot.process !== null) {
    const item = run.items.firstHeldBy(slot);
    if (item !== undefined) clock.start(item.item, slot.record?.work.since ?? null);
    await awaitItem(worker, clock);
  }
  while (!run.isOver) {
    if (run.items.pending.size === 0) await run.nextChange();
    else if (await pool.admit(slot)) await runNext(worker, clock);
  }
}

/** Others may have taken the last item meanwhile. */
async function runNext(worker: EachWorker, clock: ItemClock): Promise<void> {
  const { run } = worker;
  const index = run.items.pending.take();
  if (index !== null) await runItem(worker, run.items.get(index), clock);
}

async function runItem(worker: EachWorker, item: ItemState, clock: ItemClock): Promise<void> {
  const { run, slot, desk, pool } = worker;
  slot.openLog(null);
  run.items.begin(slot, [item]);
  const expanded = expandCommand(run.setup.definition, {
    step: run.context,
    worker: { rank: slot.rank, worldSize: run.setup.devices.length, device: slot.device },
    item: { file: item.file, relative_dir: item.relative_dir, joined: item.joined, outputs: run.items.outputs(item) },
  });
  if (!expanded.ok) throw new Error(expanded.error.message);
  desk.expect(slot, item);
  clock.start(item.item);
  run.setup.board.setFile(run.step, slot.rank, item.file);
  const process = await run.start(slot, expanded.value, { input: false, reason: null });
  if (process !== null) return awaitItem(worker, clock);
  // A start that nobody heard of may have worked all the same.
  const reported = desk.take(slot);
  if (reported?.status === 'complete' && run.items.areThere(item, reported))
    run.items.succeed(slot, item, reported.seconds ?? 0, reported);
  else run.items.fail(slot, item, 0, startFailure(slot));
  pool.ended(slot, startFailure(slot), true);
}

/** Waits for the process of the slot and judges its item: success exit, no failed report, outputs there. */
async function awaitItem({ run, slot, desk, pool }: EachWorker, clock: ItemClock): Promise<void> {
  const end = await slot.process?.ended;
  if (end === undefined) return;
  const { seconds } = clock;
  clock.stop();
  slot.reports.read();
  const why = await slot.explainEnd(end);
  run.setup.board.setFile(run.step, slot.rank, null);
  const item = run.items.firstHeldBy(slot);
  if (item !== undefined) judge(run, slot, item, { end, why, seconds, reported: desk.take(slot) }, desk);
  slot.recordEnd(end, why);
  // A process that ends is the end of one item here, not of a worker that was to live on.
  pool.ended(slot, why, true);
}

interface Outcome {
  end: ProcessEnd;
  why: Failure | null;
  seconds: number;
  /** The item's final report, if it made one. */
  reported: FinalReport | null;
}

function judge(run: StepRun, slot: WorkerSlot, item: ItemState, outcome: Outcome, desk: ReportDesk): void {
  const { end, why, seconds, reported } = outcome;
  if (finishedAlone({ slot, items: run.items, end }, item, reported)) run.items.succeed(slot, item, seconds, reported);
  else if (run.wasStopped(slot)) run.items.release(slot, [item], 'the run was stopped');
  else if (reported?.status === 'failed' && slot.stopCause === null)
    run.items.fail(slot, item, seconds, desk.failureOf(slot, item, reported));
  else run.items.fail(slot, item, seconds, why ?? failure('left-unfinished', 'the worker ended'));
}
