import type { ItemState } from '../../../shared/items/item.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { finishedUnreported, startFailure } from './finished-work.ts';
import { ItemClock } from './item-clock.ts';
import { type FinalReport, type HeardReport, type ReportDesk, ReportJudge } from './report-desk.ts';
import { runWorkers } from './run-workers.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** A queue worker that has had end of input and no item may take this long to put its model away; then it is stopped. */
const END_OF_INPUT_MS = 60_000;

/** `queue`: workers stay alive with their model loaded; whoever is free gets the longest remaining item. */
export async function dispatchQueue(
  run: StepRun,
  slots: readonly WorkerSlot[],
  desk: ReportDesk,
  pool: WorkerPool,
): Promise<void> {
  await runWorkers(run, slots, desk, (slot) => new QueueWorker(run, slot, desk, pool));
}

/** One rank of a queue step: starts its worker, feeds it, judges what it held when it ended, starts it again. */
class QueueWorker {
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly desk: ReportDesk;
  private readonly pool: WorkerPool;
  private readonly judge: ReportJudge;
  private readonly clock: ItemClock;
  /** Whether the worker can be given items: it is recorded and its input is open. */
  private ready = false;
  private inputEnded = false;
  private judging = false;
  /** False when the worker was gone before its item could be written. */
  private delivered = true;
  private patience: NodeJS.Timeout | undefined;

  constructor(run: StepRun, slot: WorkerSlot, desk: ReportDesk, pool: WorkerPool) {
    this.run = run;
    this.slot = slot;
    this.desk = desk;
    this.pool = pool;
    this.judge = new ReportJudge(run, slot, desk, pool);
    this.clock = new ItemClock(
      run.setup.definition.timeout_seconds,
      () => slot.reports.read(),
      () => slot.stop('timeout', run.setup.stopGraceMs),
    );
    run.leaveTaking.endWith(() => {
      this.clock.stop();
      clearTimeout(this.patience);
    });
  }

  async live(): Promise<void> {
    const stall = new StallWatch(this.run, this.slot);
    try {
      await this.work();
    } finally {
      stall.stop();
      this.clock.stop();
    }
  }

  private async work(): Promise<void> {
    const { run, slot, pool } = this;
    let reason: string | null = null;
    if (slot.process !== null) reason = await this.serve(true);
    while (!run.isOver) {
      if (run.items.pending.size === 0) await run.nextChange();
      else if (await pool.admit(slot)) reason = await this.startAndServe(reason);
    }
  }

  onStarted(item: ItemState, { report, behind }: HeardReport): void {
    const isFirst = this.slot.record?.work.is_first === true;
    this.judge.bearFruit();
    this.clock.begin(item.item, report, { isFirst, behind });
    this.run.setup.board.setFile(this.run.step, this.slot.rank, item.file);
  }

  onFinal(item: ItemState, report: FinalReport, behind: number): void {
    if (!this.judge.believes(item, report)) return;
    const seconds = this.clock.take({ report, behind });
    this.clock.stop();
    // Whether the worker may have another item is known only when this one is judged.
    this.judging = true;
    this.judge.onFinal(item, seconds, report);
    this.judging = false;
    this.feed();
  }

  private async startAndServe(reason: string | null): Promise<string | null> {
    const { run, slot } = this;
    const expanded = expandCommand(run.setup.definition, {
      step: run.context,
      worker: { rank: slot.rank, worldSize: run.setup.devices.length, device: slot.device },
    });
    if (!expanded.ok) throw new Error(expanded.error.message);
    slot.openLog(reason);
    const process = await run.start(slot, expanded.value, { input: true, reason });
    if (process !== null) return this.serve(false);
    this.pool.ended(slot, startFailure(slot), false);
    return 'spawn-failed';
  }

  /** Feeds the worker of the slot until it has ended. @returns why it ended, for the next start */
  private async serve(adopted: boolean): Promise<string | null> {
    const { slot, run } = this;
    const { process } = slot;
    if (process === null) return null;
    this.judge.beginStart();
    this.inputEnded = false;
    this.delivered = true;
    this.ready = (await process.identity) !== null;
    if (adopted) this.takeUp();
    const forget = run.onChange(() => this.feed());
    this.feed();
    const end = await process.ended;
    forget();
    return this.close(end);
  }

  /** An adopted worker whose last item was never surely handed over must not get another: it may do both or the wrong one. */
  private takeUp(): void {
    const item = this.run.items.firstHeldBy(this.slot);
    if (item !== undefined) this.clock.start(item.item, this.slot.record?.work.since ?? null);
    this.slot.reports.read();
    if (this.slot.record?.handed_over === false) this.endInput();
  }

  /** Gives the worker its next item if it is free, or end of input when nothing can come any more. */
  private feed(): void {
    const { run, slot } = this;
    if (!this.ready || this.judging || this.inputEnded || slot.process === null || slot.stopCause !== null) return;
    if (run.items.firstHeldBy(slot) !== undefined || run.leaveTaking.isHeld) return;
    if (run.isOver) {
      this.endInput();
      return;
    }
    if (!run.mayHandOut) return;
    const index = run.items.pending.take();
    if (index === null) return;
    const item = run.items.get(index);
    this.desk.expect(slot, item);
    run.items.begin(slot, [item]);
    this.clock.start(index);
    run.setup.board.setFile(run.step, slot.rank, item.file);
    const outputs = run.items.outputs(item);
    this.delivered = slot.process.writeLine(itemLine(item, outputs));
    run.items.handedOver(slot, [item]);
  }

  private endInput(): void {
    this.inputEnded = true;
    this.slot.process?.endInput();
    this.patience = setTimeout(() => {
      const { logs } = this.run.setup;
      logs.validator.write('WARNING', 'the worker did not end after end of input; it is stopped', {}, this.slot);
      this.slot.stop('leftover', this.run.setup.stopGraceMs);
    }, END_OF_INPUT_MS);
  }

  /** The worker has ended: judges what it held. */
  private async close(end: ProcessEnd): Promise<string | null> {
    const { run, slot } = this;
    clearTimeout(this.patience);
    this.ready = false;
    slot.reports.read();
    const { seconds } = this.clock;
    this.clock.stop();
    const why = await slot.explainEnd(end);
    run.setup.board.setFile(run.step, slot.rank, null);
    for (const item of run.items.heldBy(slot)) this.judgeUnfinished(item, seconds, end, why);
    slot.recordEnd(end, why);
    this.pool.ended(slot, why, this.judge.isFruitful || this.inputEnded);
    run.changed();
    return why?.reason ?? (run.items.pending.size > 0 ? 'it ended by itself' : null);
  }

  private takeBackUnread(item: ItemState, why: Failure | null): void {
    if (why !== null) this.run.items.lowerFor(this.slot, why);
    this.run.items.release(this.slot, [item], 'the worker ended before it read the item');
  }

  private judgeUnfinished(item: ItemState, seconds: number, end: ProcessEnd, why: Failure | null): void {
    const { run, slot } = this;
    if (finishedUnreported({ slot, items: run.items, end }, item)) run.items.succeed(slot, item, seconds, null);
    else if (run.wasStopped(slot)) run.items.release(slot, [item], 'the run was stopped');
    else if ((end.unread || !this.delivered) && slot.stopCause === null) this.takeBackUnread(item, why);
    else if (this.inputEnded) run.items.release(slot, [item], 'the worker ended without having had it');
    else if (this.desk.announcing.has(slot.rank) && !this.judge.isFruitful)
      run.items.release(slot, [item], 'the worker ended before it began the item');
    else
      run.items.fail(
        slot,
        item,
        seconds,
        why ?? failure('left-unfinished', `the worker ended with exit code ${end.exit_code ?? 0}`),
      );
  }
}

/** What a worker reads of an item; the files of a join by their names. */
function itemLine({ file, attempts, joined }: ItemState, outputs: readonly string[]): string {
  const files = joined === undefined ? {} : { files: joined };
  return jsonLine({ file, output: outputs[0] ?? null, attempt: attempts, outputs, ...files });
}
