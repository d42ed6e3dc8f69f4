import { type Failure, failure } from '../../../shared/failure.ts';
import type { ItemState } from '../../../shared/run-state.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import { isUnknown } from './endings.ts';
import { ItemClock } from './item-clock.ts';
import { END_OF_INPUT_MS, FRUITLESS_STARTS, RESTART_FIRST_MS, RESTART_LONGEST_MS } from './limits.ts';
import type { FinalReport, ReportDesk } from './report-desk.ts';
import { runTogether } from './run-together.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';

/** `queue`: workers stay alive with their model loaded; whoever is free gets the longest remaining item. */
export async function dispatchQueue(run: StepRun, slots: readonly WorkerSlot[], desk: ReportDesk): Promise<void> {
  const workers = new Map(slots.map((slot) => [slot.rank, new QueueWorker(run, slot, desk)]));
  desk.actOn({
    onStarted: (slot, item) => workers.get(slot.rank)?.onStarted(item),
    onFinal: (slot, item, report) => workers.get(slot.rank)?.onFinal(item, report),
  });
  await runTogether(
    [...workers.values()].map((worker) => worker.live()),
    () => run.abandon(slots),
  );
}

/** One rank of a queue step: starts its worker, feeds it, judges what it held when it ended, starts it again. */
class QueueWorker {
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly desk: ReportDesk;
  private readonly clock: ItemClock;
  /** Whether the worker can be given items: it is recorded and its input is open. */
  private ready = false;
  private inputEnded = false;
  /** Starts in a row without any item begun or finished. */
  private fruitless = 0;
  private fruitful = false;
  private patience: NodeJS.Timeout | undefined;

  constructor(run: StepRun, slot: WorkerSlot, desk: ReportDesk) {
    this.run = run;
    this.slot = slot;
    this.desk = desk;
    this.clock = new ItemClock(run.setup.definition.timeout_seconds, () => slot.stop('timeout', run.setup.stopGraceMs));
  }

  /** Lives until the step is done or stopped, or the slot has left the pool. */
  async live(): Promise<void> {
    const stall = new StallWatch(this.run, this.slot);
    let reason: string | null = null;
    if (this.slot.process !== null) reason = await this.serve(true);
    while (this.run.stopping === null && !this.run.isDone && this.fruitless < FRUITLESS_STARTS) {
      if (this.run.pending.size === 0) {
        await this.run.nextChange();
        continue;
      }
      await this.rest();
      if (this.run.stopping === null && this.run.pending.size > 0) reason = await this.startAndServe(reason);
    }
    stall.stop();
    if (this.fruitless >= FRUITLESS_STARTS && !this.run.isDone) this.leave();
  }

  onStarted(item: ItemState): void {
    this.fruitful = true;
    this.clock.start(item.item);
    this.run.setup.board.setFile(this.run.step, this.slot.rank, item.file);
  }

  onFinal(item: ItemState, report: FinalReport): void {
    const { seconds } = this.clock;
    this.clock.stop();
    this.fruitful = true;
    this.fruitless = 0;
    if (report.status === 'complete') this.run.succeed(this.slot, item, seconds, report);
    else this.run.fail(this.slot, item, seconds, this.desk.failureOf(item, report));
    this.feed();
  }

  private async rest(): Promise<void> {
    if (this.fruitless === 0) return;
    await this.run.pause(Math.min(RESTART_LONGEST_MS, RESTART_FIRST_MS * 2 ** (this.fruitless - 1)));
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
    this.fruitless += 1;
    return 'spawn-failed';
  }

  /** Feeds the worker of the slot until it has ended. @returns why it ended, for the next start */
  private async serve(adopted: boolean): Promise<string | null> {
    const { slot, run } = this;
    const { process } = slot;
    if (process === null) return null;
    this.fruitful = false;
    this.inputEnded = false;
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
    const [item] = this.run.heldBy(this.slot);
    this.slot.reports.read();
    if (item !== undefined && this.run.heldBy(this.slot).length > 0) this.clock.start(item.item);
    if (this.slot.record?.handed_over === false) this.endInput();
  }

  /** Gives the worker its next item if it is free, or end of input when nothing can come any more. */
  private feed(): void {
    const { run, slot } = this;
    if (!this.ready || this.inputEnded || slot.process === null || run.heldBy(slot).length > 0) return;
    if (run.isDone || run.stopping !== null) {
      this.endInput();
      return;
    }
    const index = run.pending.take();
    if (index === null) return;
    const item = run.item(index);
    this.desk.expect(slot, item);
    run.begin(slot, [item]);
    this.clock.start(index);
    run.setup.board.setFile(run.step, slot.rank, item.file);
    const outputs = run.outputs(item);
    slot.process.writeLine(
      JSON.stringify({ file: item.file, output: outputs[0] ?? null, attempt: item.attempts, outputs }),
    );
    run.handedOver(slot, [item]);
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
  private close(end: ProcessEnd): string | null {
    const { run, slot } = this;
    clearTimeout(this.patience);
    this.ready = false;
    slot.reports.read();
    const { seconds } = this.clock;
    this.clock.stop();
    const why = slot.explainEnd(end);
    run.setup.board.setFile(run.step, slot.rank, null);
    if (!this.fruitful && !this.inputEnded) this.fruitless += 1;
    for (const item of run.heldBy(slot)) this.judge(item, seconds, end, why);
    slot.recordEnd(end, why);
    run.changed();
    return why?.reason ?? (run.pending.size > 0 ? 'it ended by itself' : null);
  }

  private judge(item: ItemState, seconds: number, end: ProcessEnd, why: Failure | null): void {
    const { run, slot } = this;
    if (run.wasStopped(slot)) run.release(slot, [item], 'the run was stopped');
    else if ((why === null || isUnknown(end)) && run.hasOutputs(item)) run.succeed(slot, item, seconds, null);
    else if (this.inputEnded) run.release(slot, [item], 'the worker ended without having had it');
    else if (this.desk.announcing.has(slot.rank) && !this.fruitful)
      run.release(slot, [item], 'the worker ended before it began the item');
    else
      run.fail(
        slot,
        item,
        seconds,
        why ?? failure('left-unfinished', `the worker ended with exit code ${end.exit_code ?? 0}`),
      );
  }

  private leave(): void {
    const { run, slot } = this;
    const reason = `${FRUITLESS_STARTS} starts in a row ended without any item`;
    run.setup.record({ type: 'device-left', step: run.step, rank: slot.rank, device: slot.device, reason });
    run.setup.logs.orchestrator.write('ERROR', 'worker leaves the pool; its items go to the others', { reason }, slot);
    run.changed();
  }
}
