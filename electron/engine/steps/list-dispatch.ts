import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import { assign } from '../assignment/assign.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { type ExpandedCommand, expandCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { manifestFile } from '../run-directory/paths.ts';
import { finishedOfList, startFailure } from './finished-work.ts';
import { ItemClock } from './item-clock.ts';
import { type FinalReport, type HeardReport, type ReportDesk, ReportJudge } from './report-desk.ts';
import { runWorkers } from './run-workers.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** A manifest is written in pieces of so many lines. */
const LINES_PER_PIECE = 10_000;

/** `list`: every worker gets its whole balanced list at start; what a dead worker leaves is assigned again to whoever is idle. */
export async function dispatchList(run: StepRun, slots: readonly WorkerSlot[], given: ListParts): Promise<void> {
  const shares = new ListShares(run, slots, given.speeds);
  await runWorkers(run, slots, given.desk, (slot) => new ListWorker(run, slot, given, shares));
}

/** What a list step needs beside its workers. */
interface ListParts {
  desk: ReportDesk;
  pool: WorkerPool;
  /** One per rank, 1 on average. */
  speeds: readonly number[];
}

/** One rank of a list step. */
class ListWorker {
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly desk: ReportDesk;
  private readonly pool: WorkerPool;
  private readonly judge: ReportJudge;
  private readonly shares: ListShares;
  private readonly clock: ItemClock;
  /** The item it is at, as far as it says so; from the moment it is asked to end on, the item it was at then. */
  private current: number | null = null;

  constructor(run: StepRun, slot: WorkerSlot, { desk, pool }: Omit<ListParts, 'speeds'>, shares: ListShares) {
    this.run = run;
    this.slot = slot;
    this.desk = desk;
    this.pool = pool;
    this.judge = new ReportJudge(run, slot, desk, pool);
    this.shares = shares;
    this.clock = new ItemClock(
      run.setup.definition.timeout_seconds,
      () => slot.reports.read(),
      (item) => {
        if (slot.stopCause === null) this.current = item;
        slot.stop('timeout', run.setup.stopGraceMs);
      },
    );
    run.leaveTaking.endWith(() => this.clock.stop());
  }

  async live(): Promise<void> {
    const stall = new StallWatch(this.run, this.slot);
    try {
      await this.work();
    } finally {
      stall.stop();
      this.clock.stop();
    }
    this.shares.leave(this.slot.rank);
    this.run.changed();
  }

  private async work(): Promise<void> {
    const { run, slot } = this;
    let reason: string | null = null;
    if (slot.process !== null) {
      const first = run.items.firstHeldBy(slot);
      if (first !== undefined) this.clock.start(first.item, slot.record?.work.since ?? null);
      reason = await this.serve();
    }
    while (!run.isOver) {
      if (run.items.pending.size === 0) await run.nextChange();
      else if (await this.admit()) reason = await this.next(reason);
    }
  }

  /** A rank that has to wait for something of its own leaves what is pending to the others; what all wait for, they share afterwards. */
  private admit(): Promise<boolean> {
    const { pool, slot, shares } = this;
    shares.join(slot.rank);
    return pool.admit(slot, () => shares.leave(slot.rank));
  }

  private async next(reason: string | null): Promise<string | null> {
    const { run, slot, shares } = this;
    const items = shares.take(slot.rank);
    if (items.length > 0) return this.startAndServe(items, reason);
    await run.nextChange();
    return reason;
  }

  onStarted(item: ItemState, { report, behind }: HeardReport): void {
    const isFirst = this.slot.record?.work.is_first === true;
    this.judge.bearFruit();
    if (this.slot.stopCause === null) this.current = item.item;
    this.clock.begin(item.item, report, { isFirst, behind });
    this.run.setup.board.setFile(this.run.step, this.slot.rank, item.file);
  }

  onFinal(item: ItemState, report: FinalReport, behind: number): void {
    if (!this.judge.believes(item, report)) return;
    const seconds = this.clock.take({ report, behind });
    if (this.slot.stopCause === null) this.current = null;
    else this.current ??= item.item;
    this.judge.onFinal(item, seconds, report);
    this.timeNext();
  }

  /** The next item's time counts from the end of the one before. */
  private timeNext(): void {
    const next = this.run.items.firstHeldBy(this.slot);
    if (next === undefined) this.clock.stop();
    else this.clock.goOn(next.item);
  }

  private async startAndServe(list: readonly ItemState[], reason: string | null): Promise<string | null> {
    const { run, slot } = this;
    const manifest = manifestFile(run.setup.directory, run.step, slot.worker, slot.nextStart);
    const { items, command } = this.fill(list, manifest);
    makeFolders(dirname(manifest), PRIVATE_FOLDER);
    writeManifest(manifest, items);
    for (const item of items) this.desk.expect(slot, item);
    slot.openLog(reason);
    run.items.begin(slot, items);
    const process = await run.start(slot, command, { input: false, reason });
    if (process !== null) {
      run.items.handedOver(slot, items);
      return this.serve();
    }
    // A start that nobody heard of may have worked all the same, and may have done some of them.
    const [first] = run.items.heldBy(slot);
    if (first !== undefined) run.items.fail(slot, first, 0, startFailure(slot));
    run.items.release(slot, run.items.heldBy(slot), 'the worker could not be started');
    this.pool.ended(slot, startFailure(slot), false);
    return 'spawn-failed';
  }

  /** The command with as many of the files as its arguments can hold; the others are pending again. */
  private fill(
    list: readonly ItemState[],
    manifest: string,
  ): { items: readonly ItemState[]; command: ExpandedCommand } {
    const { run, slot } = this;
    for (let items = list; ; items = items.slice(0, Math.ceil(items.length / 2))) {
      const expanded = expandCommand(run.setup.definition, {
        step: run.context,
        worker: { rank: slot.rank, worldSize: run.setup.devices.length, device: slot.device },
        list: { files: () => items.map(({ file }) => file), manifest },
      });
      if (!expanded.ok && items.length === 1) throw new Error(expanded.error.message);
      if (!expanded.ok) continue;
      for (const { item } of list.slice(items.length)) run.items.pending.giveBack(item);
      return { items, command: expanded.value };
    }
  }

  private async serve(): Promise<string | null> {
    const { run, slot } = this;
    this.judge.beginStart();
    this.timeNext();
    const end = await slot.process?.ended;
    if (end === undefined) return null;
    slot.reports.read();
    const { seconds } = this.clock;
    this.clock.stop();
    const why = await slot.explainEnd(end);
    run.setup.board.setFile(run.step, slot.rank, null);
    this.judgeUnfinished(seconds, end, why);
    slot.recordEnd(end, why);
    this.current = null;
    this.pool.ended(slot, why, this.judge.isFruitful || why === null);
    return why?.reason ?? null;
  }

  /** What the worker held when it ended: a stop takes all back; after a failure only the item it was at counts an attempt. */
  private judgeUnfinished(seconds: number, end: ProcessEnd, why: Failure | null): void {
    const { run, slot } = this;
    for (const item of finishedOfList({ slot, items: run.items, end }, run.items.heldBy(slot)))
      run.items.succeed(slot, item, seconds, null);
    const rest = run.items.heldBy(slot);
    if (run.wasStopped(slot)) return run.items.release(slot, rest, 'the run was stopped');
    const culprit = this.culpritOf(rest);
    if (culprit !== undefined)
      run.items.fail(slot, culprit, seconds, why ?? failure('left-unfinished', 'the worker ended'));
    run.items.release(slot, run.items.heldBy(slot), 'the worker ended before it came to them');
  }

  /** The item that the end of the worker counts for; none when it has finished that item all the same after it was asked to end. */
  private culpritOf(rest: readonly ItemState[]): ItemState | undefined {
    // What was wrong with a worker that is replaced has been counted for the item that showed it.
    if (this.slot.stopCause === 'replaced') return undefined;
    const { current } = this;
    return current === null ? rest[0] : rest.find(({ item }) => item === current);
  }
}

/** The paths, one per line; not all in one text. */
function writeManifest(path: string, items: readonly ItemState[]): void {
  writeFileSync(path, '');
  for (let from = 0; from < items.length; from += LINES_PER_PIECE) {
    const lines = items.slice(from, from + LINES_PER_PIECE).map(({ file }) => `${file}\n`);
    appendFileSync(path, lines.join(''));
  }
}

/** The lists that are assigned and not yet given to a worker. */
class ListShares {
  private readonly run: StepRun;
  private readonly speeds: readonly number[];
  private readonly idle: Set<number>;
  private readonly lists = new Map<number, number[]>();

  /** @param speeds one per rank, 1 on average */
  constructor(run: StepRun, slots: readonly WorkerSlot[], speeds: readonly number[]) {
    this.run = run;
    this.speeds = speeds;
    this.idle = new Set(slots.filter((slot) => slot.process === null).map((slot) => slot.rank));
  }

  /** The list of an idle rank; what is pending is spread over all idle ranks first when it has none. */
  take(rank: number): ItemState[] {
    this.idle.add(rank);
    if (!this.lists.has(rank)) this.spread();
    const list = this.lists.get(rank) ?? [];
    this.lists.delete(rank);
    const items = list
      .filter((index) => this.run.items.pending.remove(index))
      .map((index) => this.run.items.get(index));
    if (items.length > 0) this.idle.delete(rank);
    return items;
  }

  /** A rank that can take a list as soon as there is one. */
  join(rank: number): void {
    this.idle.add(rank);
  }

  /** A rank that takes part no more. */
  leave(rank: number): void {
    this.idle.delete(rank);
    this.lists.delete(rank);
  }

  private spread(): void {
    const assigned = new Set([...this.lists.values()].flat());
    const { items: all } = this.run.setup.state;
    const items = Array.from({ length: all.length }, (_, item) => item).filter(
      (item) => this.run.items.pending.has(item) && !assigned.has(item),
    );
    const ranks = [...this.idle].filter((rank) => !this.lists.has(rank));
    if (items.length === 0 || ranks.length === 0) return;
    const { ranks: lists } = assign(
      Float64Array.from(items, (item) => all.cost(item)),
      ranks.map((rank) => this.speeds[rank] ?? 1),
    );
    ranks.forEach((rank, place) => {
      const list = (lists[place] ?? []).map((index) => items[index] ?? -1);
      if (list.length > 0) this.lists.set(rank, list);
    });
  }
}
