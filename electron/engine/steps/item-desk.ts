import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { isDeviceFault } from '../failures/device-faults.ts';
import { refineByInput } from '../failures/explain-ending.ts';
import { type Findings, findCause, type Sign } from '../failures/find-cause.ts';
import { nameDevice } from '../failures/translate-device.ts';
import { readTextEnd } from '../files/open-if-there.ts';
import type { ComponentLog } from '../logs/component-log.ts';
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
import { ItemTimes, RestingItems } from './item-clock.ts';
import { MemoryLadder } from './memory-ladder.ts';
import { QueueOrder } from './queue-order.ts';
import { pauseAfter, restartTimes } from './restart-policy.ts';
import type { StepSetup } from './step-setup.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** An item that met a bad device is given to another one this often before it counts as an attempt: it may be the item that breaks them. */
const ITEM_MOVES = 2;

/** How much of the end of an item's log is looked through for errors that the program survived; most items print less. */
const SURVIVED_BYTES = 64 * 1024;

/** So many survived errors of a worker are told one by one; a program may catch one per item. */
const SURVIVED_TOLD = 20;

/** Without this in it no text tells of a lack of device memory; the look for it costs next to nothing. */
const LACK_OF_MEMORY = /out of memory|OUT_OF_MEMORY|ALLOC_FAILED|RESOURCE_EXHAUSTED|OUT_OF_DEVICE_MEMORY/;

/** The items of a step: hands them out, judges attempts at them, takes them back. Every change is journaled before it is acted on. */
export class ItemDesk {
  readonly pending: QueueOrder;
  readonly times: ItemTimes;
  private readonly setup: StepSetup;
  private readonly onChange: () => void;
  private readonly ladder: MemoryLadder;
  private readonly resting: RestingItems;
  private readonly survived: SurvivedErrors;
  /** How often an item met a bad device without an attempt being counted. */
  private readonly moves = new Map<number, number>();
  private readonly outputsOf: ReturnType<typeof prepareOutputs>;
  private readonly attemptsAllowed: number;

  /** @param onChange called whenever an item has been judged or is pending again */
  constructor(setup: StepSetup, onChange: () => void) {
    this.setup = setup;
    this.onChange = onChange;
    this.attemptsAllowed = setup.definition.retries + 1;
    this.outputsOf = prepareOutputs(setup.definition, setup);
    const { items } = setup.state;
    const costs = Float64Array.from({ length: items.length }, (_, item) => items.cost(item));
    this.pending = new QueueOrder(costs, pendingItems(setup.state));
    this.times = new ItemTimes(items);
    this.ladder = new MemoryLadder(setup);
    this.survived = new SurvivedErrors(setup.logs.validator);
    this.resting = new RestingItems((item) => {
      this.pending.giveBack(item);
      this.onChange();
    });
  }

  /** The item of a number that is known to be there. */
  get(index: number): ItemState {
    const item = this.setup.state.items.at(index);
    if (item === undefined) throw new Error(`There is no item ${index} in step ${this.step}`);
    return item;
  }

  /** The items that a worker has, in the order given. */
  heldBy(slot: WorkerSlot): ItemState[] {
    return Array.from(slot.record?.holding ?? [], (index) => this.get(index));
  }

  /** The first item that a worker has and that is not judged. A list of very many is not copied for it. */
  firstHeldBy(slot: WorkerSlot): ItemState | undefined {
    const first = slot.record?.holding.first;
    return first === undefined ? undefined : this.get(first);
  }

  /** The absolute paths of an item's declared outputs. */
  outputs(item: ItemState): string[] {
    const paths = this.outputsOf(item);
    if (!paths.ok) throw new Error(paths.error.message);
    return paths.value;
  }

  /** Whether nothing is left that could be handed out, now or after a failure of what runs. */
  get isDone(): boolean {
    return this.pending.size === 0 && this.resting.count === 0 && this.setup.state.counts.running === 0;
  }

  /** Says that items are about to be handed to a worker. What an earlier attempt left in their outputs' place is cleared. */
  begin(slot: WorkerSlot, items: readonly ItemState[]): void {
    for (const item of items) {
      const outputs = this.outputs(item);
      for (const error of makeOutputFolders(outputs)) this.sayNoFolder(slot, item, error);
      if (item.spans.length > 0) removeOutputs(outputs);
      else this.sayKept(slot, item, clearOutputs(outputs, this.setup.outputsSeen, this.setup.unclaimed));
    }
    this.setup.record({
      type: 'dispatching',
      step: this.step,
      rank: slot.rank,
      items: items.map(({ item }) => item),
      log_offset: slot.logOffset,
      report_offset: slot.reports.offset,
    });
    debug('assignment', 'items handed out', () => ({
      run: this.setup.run,
      step: this.step,
      worker: slot.worker,
      items: items.length,
      first: items[0]?.file,
      cost: items.reduce((sum, { cost }) => sum + cost, 0),
      attempt: items[0]?.attempts,
      left: this.pending.size,
    }));
    slot.beginWork();
  }

  /** Says that the worker has been given them. */
  handedOver(slot: WorkerSlot, items: readonly ItemState[]): void {
    this.setup.record({ type: 'dispatched', step: this.step, rank: slot.rank, items: items.map(({ item }) => item) });
  }

  /** A success by report or by exit status: complete if the outputs are there, else a failed attempt. */
  succeed(slot: WorkerSlot, item: ItemState, seconds: number, report: Report | null): void {
    const declared = this.outputs(item);
    const outputs = declared.length > 0 ? declared : (report?.outputs ?? []);
    const metrics = report?.metrics ?? null;
    const stamps = stampOutputs(outputs);
    if (!stamps.ok) {
      this.fail(slot, item, seconds, failure('output-missing', `${stamps.error} is missing or empty`));
      return;
    }
    this.times.add(seconds);
    slot.endWork();
    this.survived.look(slot, item);
    this.setup.record({
      type: 'item-complete',
      step: this.step,
      rank: slot.rank,
      item: item.item,
      log_offset: slot.logOffset,
      seconds,
      outputs: [...outputs],
      ...(outputs.length === 0 ? {} : { stamps: stamps.value }),
      ...(metrics === null ? {} : { metrics }),
    });
    slot.beginWork();
    this.onChange();
  }

  /**
   * An attempt that came to nothing. Where a lower parameter or another device may help it is not counted; else the item rests for a while
   * and is pending again, as long as attempts are left.
   * @returns whether the worker, if it lives, has to be replaced
   */
  fail(slot: WorkerSlot, item: ItemState, seconds: number, found: Failure): boolean {
    const why = refineByInput(found, inputsOf(item));
    const rung = this.ladder.descend(slot, why);
    if (rung.kind === 'lower') {
      this.release(slot, [item], `out of device memory; it is tried again with ${rung.parameter} ${rung.value}`);
      return true;
    }
    if (isDeviceFault(why.reason) && this.mayMove(item)) {
      this.release(slot, [item], `the device failed (${why.reason}), which is not the item’s fault`);
      return true;
    }
    this.countFailure(slot, item, seconds, rung.advice === null ? why : { ...why, advice: rung.advice });
    return isDeviceFault(why.reason) || why.reason === 'poisoned-context';
  }

  /** A worker ran out of device memory before it began any item: the next start may do with less. */
  lowerFor(slot: WorkerSlot, why: Failure): void {
    this.ladder.descend(slot, why);
  }

  /** Takes items back without counting an attempt: it was not their fault. */
  release(slot: WorkerSlot, items: readonly ItemState[], reason: string): void {
    if (items.length === 0) return;
    for (const item of items) removeOutputs(this.outputs(item));
    this.setup.record({ type: 'items-released', step: this.step, items: items.map(({ item }) => item), reason });
    const fields = { items: items.length, first: items[0]?.file, reason };
    this.setup.logs.orchestrator.write('INFO', 'items taken back', fields, slot);
    for (const { item } of items) this.pending.giveBack(item);
    this.onChange();
  }

  /** Whether all outputs of an item are there: those it declares, else those that a report names. */
  areThere(item: ItemState, report: Report): boolean {
    const declared = this.outputs(item);
    return findMissingOutput(declared.length > 0 ? declared : (report.outputs ?? [])) === null;
  }

  /** Whether an item declares outputs and all are there: what counts when nobody knows how its process ended. */
  hasOutputs(item: ItemState): boolean {
    const outputs = this.outputs(item);
    return outputs.length > 0 && findMissingOutput(outputs) === null;
  }

  /** Items that rest after a failed attempt are not pending again any more. */
  stopResting(): void {
    this.resting.stop();
  }

  /** The worker is going to fail at its output and says so itself; this is the cause. */
  private sayNoFolder(slot: WorkerSlot, { file }: ItemState, error: string): void {
    this.setup.logs.validator.write('ERROR', 'an output folder could not be made', { file, error }, slot);
  }

  /** Somebody has put something there since it was looked at: it is theirs. */
  private sayKept(slot: WorkerSlot, { file }: ItemState, kept: readonly string[]): void {
    if (kept.length === 0) return;
    const message = 'something came to stand where an output goes; it was kept under another name';
    this.setup.logs.validator.write('WARNING', message, { file, kept }, slot);
    this.setup.complain(slot.rank, `${message}: ${kept.join(', ')}`);
  }

  /** Another device may do better, unless it is the item that breaks them. */
  private mayMove({ item }: ItemState): boolean {
    const moves = this.moves.get(item) ?? 0;
    this.moves.set(item, moves + 1);
    return moves < ITEM_MOVES;
  }

  private countFailure(slot: WorkerSlot, item: ItemState, seconds: number, why: Failure): void {
    const final = item.attempts >= this.attemptsAllowed;
    const restMs = final ? 0 : pauseAfter(item.attempts, restartTimes(this.setup));
    const aside = setAsideOutputs(this.outputs(item), item.attempts);
    slot.endWork();
    this.setup.record({
      type: 'item-failed',
      step: this.step,
      rank: slot.rank,
      item: item.item,
      log_offset: slot.logOffset,
      seconds,
      final,
      failure: why,
      ...(final ? {} : { retry_seconds: restMs / 1000 }),
    });
    slot.beginWork();
    const { orchestrator } = this.setup.logs;
    const fields = {
      file: item.file,
      attempt: item.attempts,
      ...(final ? {} : { retry_seconds: restMs / 1000 }),
      ...why,
      ...(aside.length > 0 ? { set_aside: aside } : {}),
    };
    orchestrator.write(
      final ? 'ERROR' : 'WARNING',
      final ? 'item failed' : 'attempt failed, trying again',
      fields,
      slot,
    );
    if (!final) this.resting.rest(item.item, restMs);
    this.onChange();
  }

  private get step(): number {
    return this.setup.state.step;
  }
}

/** The files that an item is read from. */
function inputsOf({ file, joined }: ItemState): string[] {
  return joined === undefined ? [file] : Object.values(joined);
}

function* pendingItems({ items }: StepState): Generator<number> {
  for (let item = 0; item < items.length; item += 1) if (items.status(item) === 'pending') yield item;
}

/** Says in the validator log when a program ran out of device memory at an item, caught that, and finished the item all the same. */
class SurvivedErrors {
  private readonly log: ComponentLog;
  private readonly told = new Map<number, number>();

  constructor(log: ComponentLog) {
    this.log = log;
  }

  /** Looks through what was printed during an item that is complete. */
  look(slot: WorkerSlot, item: ItemState): void {
    const span = item.spans.at(-1);
    if (span === undefined) return;
    const from = Math.max(span[1], slot.workFrom);
    if (slot.logOffset === from) return;
    const text = readTextEnd(slot.logPath, from, SURVIVED_BYTES);
    if (!LACK_OF_MEMORY.test(text)) return;
    const findings = findCause(text);
    // It may be the next item's, that the worker has begun with.
    if (slot.unsureFrom !== null && findings.isLastWord) return;
    const sign = lackOfMemory(findings);
    if (sign !== null) this.tell(slot, item.file, nameDevice(sign.line, sign.reason, slot.seen));
  }

  private tell(slot: WorkerSlot, file: string, line: string): void {
    const times = (this.told.get(slot.rank) ?? 0) + 1;
    this.told.set(slot.rank, times);
    if (times > SURVIVED_TOLD) return;
    const more = times === SURVIVED_TOLD ? { note: 'further ones of this worker are not told' } : {};
    const message = 'the program ran out of device memory, caught it and finished the item';
    this.log.write('WARNING', message, { file, line, ...more }, slot);
  }
}

function lackOfMemory({ cause, survived }: Findings): Sign | null {
  const signs = cause === null ? survived : [cause, ...survived];
  return signs.find(({ reason }) => reason === 'cuda-out-of-memory') ?? null;
}
