import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { isDeviceFault } from '../failures/device-faults.ts';
import { refineByInput } from '../failures/explain-ending.ts';
import { debug } from '../logs/debug-log.ts';
import {
  clearOutputs,
  findMissingOutput,
  makeOutputFolders,
  removeOutputs,
  setAsideOutputs,
  stampOutputs,
} from '../outputs/output-files.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { CaughtErrors } from './caught-errors.ts';
import { ItemTimes } from './item-clock.ts';
import { MemoryLadder } from './memory-ladder.ts';
import { QueueOrder } from './queue-order.ts';
import { pauseAfter, restartTimes } from './restart-policy.ts';
import { itemAt, type StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';

/** How often an item that met a bad device is given to another one before that counts as an attempt: it may be the item that breaks them. */
const ITEM_MOVES = 2;

/** The items of a step: hands them out, judges attempts at them, takes them back. Every change is journaled before it is acted on. */
export class ItemQueue {
  readonly pending: QueueOrder;
  readonly times: ItemTimes;
  private readonly setup: StepSetup;
  private readonly onChange: () => void;
  private readonly ladder: MemoryLadder;
  private readonly retries: RetryTimers;
  private readonly caught = new CaughtErrors();
  /** How often an item met a bad device without an attempt being counted. */
  private readonly moves = new Map<number, number>();
  private readonly outputsOf: ReturnType<typeof prepareOutputs>;
  private readonly attemptsAllowed: number;

  /** @param onChange called whenever an item has been judged or is pending again */
  constructor(setup: StepSetup, onChange: () => void) {
    this.setup = setup;
    this.onChange = onChange;
    this.attemptsAllowed = setup.definition.retries + 1;
    this.outputsOf = prepareOutputs(setup.definition, setup.values);
    const { items } = setup.state;
    const costs = Float64Array.from({ length: items.length }, (_, item) => items.cost(item));
    this.pending = new QueueOrder(costs, pendingItems(setup.state));
    this.times = new ItemTimes(items);
    this.ladder = new MemoryLadder(setup);
    this.retries = new RetryTimers((item) => {
      this.pending.giveBack(item);
      this.onChange();
    });
  }

  /** Takes the next item to hand out; undefined when none is pending. */
  take(): ItemState | undefined {
    const index = this.pending.take();
    return index === null ? undefined : itemAt(this.setup.state, index);
  }

  /** Returns the absolute paths of an item's declared outputs. */
  outputs(item: ItemState): string[] {
    const paths = this.outputsOf(item);
    if (!paths.ok) throw new Error(paths.error.message);
    return paths.value;
  }

  /** Whether nothing is left that could be handed out, now or after a failure of what runs. */
  get isDone(): boolean {
    return this.pending.size === 0 && this.retries.count === 0 && this.setup.state.counts.running === 0;
  }

  /** Journals that items are about to be handed to a worker. Clears what an earlier attempt left in the place of their outputs. */
  begin(worker: Worker, items: readonly ItemState[]): void {
    for (const item of items) {
      const outputs = this.outputs(item);
      for (const error of makeOutputFolders(outputs)) this.logNoFolder(worker, item, error);
      if (item.spans.length > 0) removeOutputs(outputs);
      else
        this.logKept(worker, item, clearOutputs(outputs, this.setup.outputs.checkedAt, this.setup.outputs.unclaimed));
    }
    this.setup.record({
      type: 'dispatching',
      step: this.step,
      rank: worker.rank,
      items: items.map(({ item }) => item),
      log_offset: worker.logOffset,
      report_offset: worker.reports.offset,
    });
    debug('assignment', 'items handed out', () => ({
      run: this.setup.run,
      step: this.step,
      worker: worker.id,
      items: items.length,
      first: items[0]?.file,
      cost: items.reduce((sum, { cost }) => sum + cost, 0),
      attempt: items[0]?.attempts,
      left: this.pending.size,
    }));
    worker.beginWork();
  }

  /** Journals that the worker has been given the items. */
  delivered(worker: Worker, items: readonly ItemState[]): void {
    this.setup.record({ type: 'dispatched', step: this.step, rank: worker.rank, items: items.map(({ item }) => item) });
  }

  /** Takes in a success by report or by exit status: complete if the outputs are there, else a failed attempt. */
  succeed(worker: Worker, item: ItemState, seconds: number, report: Report | null): void {
    const declared = this.outputs(item);
    const outputs = declared.length > 0 ? declared : (report?.outputs ?? []);
    const metrics = report?.metrics ?? null;
    const stamps = stampOutputs(outputs);
    if (!stamps.ok) {
      this.fail(worker, item, seconds, failure('output-missing', `${stamps.error} is missing or empty`));
      return;
    }
    this.times.add(seconds);
    worker.endWork();
    this.caught.check(worker, item);
    this.setup.record({
      type: 'item-complete',
      step: this.step,
      rank: worker.rank,
      item: item.item,
      log_offset: worker.logOffset,
      seconds,
      outputs: [...outputs],
      ...(outputs.length === 0 ? {} : { stamps: stamps.value }),
      ...(metrics === null ? {} : { metrics }),
    });
    worker.beginWork();
    this.onChange();
  }

  /**
   * Takes in a failed attempt. It is not counted where a lower parameter or another device may help. Else the item waits for a while and is pending
   * again, as long as attempts are left.
   * @returns whether the worker, if it lives, has to be replaced
   */
  fail(worker: Worker, item: ItemState, seconds: number, found: Failure): boolean {
    const why = refineByInput(found, inputsOf(item));
    const rung = this.ladder.descend(worker, why);
    if (rung.kind === 'lower') {
      this.release(worker, [item], `out of device memory; it is tried again with ${rung.parameter} ${rung.value}`);
      return true;
    }
    if (isDeviceFault(why.reason) && this.mayMove(item)) {
      this.release(worker, [item], `the device failed (${why.reason}), which is not the item’s fault`);
      return true;
    }
    this.countFailure(worker, item, seconds, rung.advice === null ? why : { ...why, advice: rung.advice });
    return isDeviceFault(why.reason) || why.reason === 'poisoned-context';
  }

  /** Lowers a parameter for a worker that ran out of device memory before it began any item: the next start may need less. */
  lowerFor(worker: Worker, why: Failure): void {
    this.ladder.descend(worker, why);
  }

  /** Takes items back without counting an attempt, because they were not at fault. */
  release(worker: Worker, items: readonly ItemState[], reason: string): void {
    if (items.length === 0) return;
    for (const item of items) removeOutputs(this.outputs(item));
    this.setup.record({ type: 'items-released', step: this.step, items: items.map(({ item }) => item), reason });
    const fields = { items: items.length, first: items[0]?.file, reason };
    worker.writeTo('orchestrator', 'INFO', 'items taken back', fields);
    for (const { item } of items) this.pending.giveBack(item);
    this.onChange();
  }

  /** Returns whether all outputs of an item are there: those it declares, else those that a report names. */
  areThere(item: ItemState, report: Report): boolean {
    const declared = this.outputs(item);
    return findMissingOutput(declared.length > 0 ? declared : (report.outputs ?? [])) === null;
  }

  /** Returns whether an item declares outputs and all are there: this decides when it is unknown how its process ended. */
  hasOutputs(item: ItemState): boolean {
    const outputs = this.outputs(item);
    return outputs.length > 0 && findMissingOutput(outputs) === null;
  }

  /** Cancels the pending retries: items that wait for their next attempt do not become pending again. */
  stopRetries(): void {
    this.retries.stop();
  }

  /** Logs the cause why the worker is going to fail at its output. The worker reports the failure itself. */
  private logNoFolder(worker: Worker, { file }: ItemState, error: string): void {
    worker.writeTo('validator', 'ERROR', 'an output folder could not be made', { file, error });
  }

  /** Logs what was put in the place of an output since the last check. It is not ours, so it was kept. */
  private logKept(worker: Worker, { file }: ItemState, kept: readonly string[]): void {
    if (kept.length === 0) return;
    const message = 'something else was found in the place of an output; it was kept under another name';
    worker.writeTo('validator', 'WARNING', message, { file, kept });
    this.setup.live.warn(worker.rank, `${message}: ${kept.join(', ')}`);
  }

  /** Another device may work better, unless it is the item that breaks them. */
  private mayMove({ item }: ItemState): boolean {
    const moves = this.moves.get(item) ?? 0;
    this.moves.set(item, moves + 1);
    return moves < ITEM_MOVES;
  }

  private countFailure(worker: Worker, item: ItemState, seconds: number, why: Failure): void {
    const final = item.attempts >= this.attemptsAllowed;
    const waitMs = final ? 0 : pauseAfter(item.attempts, restartTimes(this.setup));
    const aside = setAsideOutputs(this.outputs(item), item.attempts);
    worker.endWork();
    this.setup.record({
      type: 'item-failed',
      step: this.step,
      rank: worker.rank,
      item: item.item,
      log_offset: worker.logOffset,
      seconds,
      final,
      failure: why,
      ...(final ? {} : { retry_seconds: waitMs / 1000 }),
    });
    worker.beginWork();
    const fields = {
      file: item.file,
      attempt: item.attempts,
      ...(final ? {} : { retry_seconds: waitMs / 1000 }),
      ...why,
      ...(aside.length > 0 ? { set_aside: aside } : {}),
    };
    if (final) worker.writeTo('orchestrator', 'ERROR', 'item failed', fields);
    else worker.writeTo('orchestrator', 'WARNING', 'attempt failed, trying again', fields);
    if (!final) this.retries.start(item.item, waitMs);
    this.onChange();
  }

  private get step(): number {
    return this.setup.state.step;
  }
}

/** Returns the files that an item is read from. */
function inputsOf({ file, joined }: ItemState): string[] {
  return joined === undefined ? [file] : Object.values(joined);
}

function* pendingItems({ items }: StepState): Generator<number> {
  for (let item = 0; item < items.length; item += 1) if (items.status(item) === 'pending') yield item;
}

/** Items whose attempt failed and that wait before the next: what caused it, such as a host or a full disk, may be well by then. */
class RetryTimers {
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly onDue: (item: number) => void;

  constructor(onDue: (item: number) => void) {
    this.onDue = onDue;
  }

  get count(): number {
    return this.timers.size;
  }

  /** Calls back for the item after a while; at once for a pause of 0. */
  start(item: number, ms: number): void {
    if (ms <= 0) return this.onDue(item);
    const timer = setTimeout(() => {
      this.timers.delete(item);
      this.onDue(item);
    }, ms);
    this.timers.set(item, timer);
  }

  /** Stops all timers: nothing is called back any more. */
  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
