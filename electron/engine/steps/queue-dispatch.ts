import type { ItemState } from '../../../shared/items/item.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { ItemClock } from './item-clock.ts';
import { finishedUnreported, isBelieved, judgeReported, leftUnfinished } from './judge-work.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import type { Worker } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FinalReport, ReportListener } from './worker-reports.ts';

/** How long a queue worker without an item may take to unload its model after end of input. Then it is stopped. */
const END_OF_INPUT_MS = 60_000;

/** Dispatches a `queue` step: workers stay alive with their model loaded. A free one gets the longest remaining item. */
export async function dispatchQueue(run: StepRun, pool: WorkerPool): Promise<void> {
  const ranks = run.workers.map((worker) => new QueueRank(run, worker, pool));
  await run.together(ranks.map((rank) => rank.live()));
}

/** One rank of a queue step: starts its worker, gives it items, judges what it held when it ended, starts it again. */
class QueueRank implements ReportListener {
  private readonly run: StepRun;
  private readonly worker: Worker;
  private readonly pool: WorkerPool;
  private readonly clock: ItemClock;
  /** Whether the worker can be given items: it is recorded and its input is open. */
  private ready = false;
  private inputEnded = false;
  private judging = false;
  /** False when the worker was gone before its item could be written. */
  private delivered = true;
  private patience: NodeJS.Timeout | undefined;

  constructor(run: StepRun, worker: Worker, pool: WorkerPool) {
    this.run = run;
    this.worker = worker;
    this.pool = pool;
    worker.reports.listen(this);
    this.clock = new ItemClock(
      run.setup.definition.timeout_seconds,
      () => worker.reports.read(),
      () => worker.stop('timeout', run.setup.stopGraceMs),
    );
    run.handover.endWith(() => {
      this.clock.stop();
      clearTimeout(this.patience);
    });
  }

  async live(): Promise<void> {
    const stall = new StallWatch(this.run, this.worker);
    try {
      await this.work();
    } finally {
      stall.stop();
      this.clock.stop();
    }
  }

  private async work(): Promise<void> {
    const { run, worker, pool } = this;
    let reason: string | null = null;
    if (worker.process !== null) reason = await this.serve(true);
    while (!run.isOver) {
      if (run.items.pending.size === 0) await run.nextChange();
      else if (await pool.admit(worker)) reason = await this.startAndServe(reason);
    }
  }

  onStarted(item: ItemState, report: Report, behind: number): void {
    const isFirst = this.worker.record?.work.is_first === true;
    this.pool.madeProgress(this.worker);
    this.clock.begin(item.item, report, { isFirst, behind });
    this.run.setup.live.state.setFile(this.run.step, this.worker.rank, item.file);
  }

  onFinal(item: ItemState, report: FinalReport, behind: number): void {
    if (!isBelieved(this.run, this.worker, item, report)) return;
    const seconds = this.clock.take({ report, behind });
    this.clock.stop();
    // Whether the worker may have another item is known only when this one is judged.
    this.judging = true;
    judgeReported(this.run, this.pool, this.worker, item, { report, seconds });
    this.judging = false;
    this.feed();
  }

  private async startAndServe(reason: string | null): Promise<string | null> {
    const { run, worker } = this;
    const expanded = run.command(worker);
    if (!expanded.ok) throw new Error(expanded.error.message);
    worker.openLog(reason);
    const process = await run.start(worker, expanded.value, { input: true, reason });
    if (process !== null) return this.serve(false);
    this.pool.ended(worker, worker.startFailure, false);
    return 'spawn-failed';
  }

  /** Gives items to the worker until it has ended. @returns why it ended, for the next start */
  private async serve(adopted: boolean): Promise<string | null> {
    const { worker, run } = this;
    const { process } = worker;
    if (process === null) return null;
    this.inputEnded = false;
    this.delivered = true;
    this.ready = (await process.identity) !== null;
    if (adopted) this.takeOver();
    const unsubscribe = run.onChange(() => this.feed());
    this.feed();
    const end = await process.ended;
    unsubscribe();
    return this.close(end);
  }

  /** Takes over an adopted worker. If it is uncertain whether its last item reached it, it must not get another: it may do both or the wrong one. */
  private takeOver(): void {
    const item = this.worker.firstHeld;
    if (item !== undefined) this.clock.start(item.item, this.worker.record?.work.since ?? null);
    this.worker.reports.read();
    if (this.worker.record?.handed_over === false) this.endInput();
  }

  /** Gives the worker its next item if it is free, or end of input when no item can follow. */
  private feed(): void {
    const { run, worker } = this;
    if (!this.ready || this.judging || this.inputEnded || worker.process === null || worker.stopCause !== null) return;
    if (worker.firstHeld !== undefined || run.handover.isHeld) return;
    if (run.isOver) {
      this.endInput();
      return;
    }
    if (!run.mayHandOut) return;
    const item = run.items.take();
    if (item === undefined) return;
    worker.reports.expect(item);
    run.items.begin(worker, [item]);
    this.clock.start(item.item);
    run.setup.live.state.setFile(run.step, worker.rank, item.file);
    const outputs = run.items.outputs(item);
    this.delivered = worker.process.writeLine(itemLine(item, outputs));
    run.items.delivered(worker, [item]);
  }

  private endInput(): void {
    this.inputEnded = true;
    this.worker.process?.endInput();
    this.patience = setTimeout(() => {
      this.worker.writeTo('validator', 'WARNING', 'the worker did not end after end of input; it is stopped');
      this.worker.stop('leftover', this.run.setup.stopGraceMs);
    }, END_OF_INPUT_MS);
  }

  /** Judges what the worker held when it ended. */
  private async close(end: ProcessEnd): Promise<string | null> {
    const { run, worker } = this;
    clearTimeout(this.patience);
    this.ready = false;
    worker.reports.readToEnd();
    const { seconds } = this.clock;
    this.clock.stop();
    const why = await worker.explainEnd(end);
    run.setup.live.state.setFile(run.step, worker.rank, null);
    for (const item of worker.held) this.judgeUnfinished(item, seconds, end, why);
    worker.recordEnd(end, why);
    this.pool.ended(worker, why, this.inputEnded);
    run.changed();
    return why?.reason ?? (run.items.pending.size > 0 ? 'it ended by itself' : null);
  }

  private takeBackUnread(item: ItemState, why: Failure | null): void {
    if (why !== null) this.run.items.lowerFor(this.worker, why);
    this.run.items.release(this.worker, [item], 'the worker ended before it read the item');
  }

  private judgeUnfinished(item: ItemState, seconds: number, end: ProcessEnd, why: Failure | null): void {
    const { run, worker } = this;
    if (finishedUnreported({ worker, items: run.items, end }, item)) {
      run.items.succeed(worker, item, seconds, null);
    } else if (worker.wasStopped) {
      run.items.release(worker, [item], 'the run was stopped');
    } else if ((end.unread || !this.delivered) && worker.stopCause === null) {
      this.takeBackUnread(item, why);
    } else if (this.inputEnded) {
      run.items.release(worker, [item], 'the worker ended before it received the item');
    } else if (worker.reports.announces && !this.pool.hasProgressed(worker)) {
      run.items.release(worker, [item], 'the worker ended before it began the item');
    } else {
      run.items.fail(
        worker,
        item,
        seconds,
        why ?? leftUnfinished(worker, `the worker ended with exit code ${end.exit_code ?? 0}`),
      );
    }
  }
}

/** Returns the line that a worker reads of an item, with the files of a join by their names. */
function itemLine({ file, attempts, joined }: ItemState, outputs: readonly string[]): string {
  const files = joined === undefined ? {} : { files: joined };
  return jsonLine({ file, output: outputs[0] ?? null, attempt: attempts, outputs, ...files });
}
