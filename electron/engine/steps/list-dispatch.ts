import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import { assign } from '../assignment/assign.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import { manifestFile } from '../run-directory/paths.ts';
import { ItemClock } from './item-clock.ts';
import { finishedOfList, isBelieved, judgeReported, leftUnfinished } from './judge-work.ts';
import { StallWatch } from './stall-watch.ts';
import type { StepRun } from './step-run.ts';
import { itemAt } from './step-setup.ts';
import type { Worker } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FinalReport, ReportListener } from './worker-reports.ts';

/** A manifest is written in pieces of this many lines. */
const LINES_PER_PIECE = 10_000;

/**
 * Dispatches a `list` step: every worker gets its whole balanced list at start. What a dead worker leaves is assigned again to idle ranks.
 * @param speeds one per rank, 1 on average
 */
export async function dispatchList(run: StepRun, pool: WorkerPool, speeds: readonly number[]): Promise<void> {
  const shares = new ListShares(run, speeds);
  const ranks = run.workers.map((worker) => new ListRank(run, worker, pool, shares));
  await run.together(ranks.map((rank) => rank.live()));
}

/** One rank of a list step. */
class ListRank implements ReportListener {
  private readonly run: StepRun;
  private readonly worker: Worker;
  private readonly pool: WorkerPool;
  private readonly shares: ListShares;
  private readonly clock: ItemClock;
  /** The item it is at, as far as it reports that. From the moment it is asked to end, this stays the item it was at then. */
  private current: number | null = null;

  constructor(run: StepRun, worker: Worker, pool: WorkerPool, shares: ListShares) {
    this.run = run;
    this.worker = worker;
    this.pool = pool;
    worker.reports.listen(this);
    this.shares = shares;
    this.clock = new ItemClock(
      run.setup.definition.timeout_seconds,
      () => worker.reports.read(),
      (item) => {
        if (worker.stopCause === null) this.current = item;
        worker.stop('timeout', run.setup.stopGraceMs);
      },
    );
    run.handover.endWith(() => this.clock.stop());
  }

  async live(): Promise<void> {
    const stall = new StallWatch(this.run, this.worker);
    try {
      await this.work();
    } finally {
      stall.stop();
      this.clock.stop();
    }
    this.shares.leave(this.worker.rank);
    this.run.changed();
  }

  private async work(): Promise<void> {
    const { run, worker } = this;
    let reason: string | null = null;
    if (worker.process !== null) {
      const first = worker.firstHeld;
      if (first !== undefined) this.clock.start(first.item, worker.record?.work.since ?? null);
      reason = await this.serve();
    }
    while (!run.isOver) {
      if (run.items.pending.size === 0) await run.nextChange();
      else if (await this.admit()) reason = await this.next(reason);
    }
  }

  /**
   * Waits until the rank may start. A rank that waits for something of its own leaves the pending items to the others. When all wait for the same
   * thing, they share the items afterwards.
   */
  private admit(): Promise<boolean> {
    const { pool, worker, shares } = this;
    shares.join(worker.rank);
    return pool.admit(worker, () => shares.leave(worker.rank));
  }

  private async next(reason: string | null): Promise<string | null> {
    const { run, worker, shares } = this;
    const items = shares.take(worker.rank);
    if (items.length > 0) return this.startAndServe(items, reason);
    await run.nextChange();
    return reason;
  }

  onStarted(item: ItemState, report: Report, behind: number): void {
    const isFirst = this.worker.record?.work.is_first === true;
    this.pool.madeProgress(this.worker);
    if (this.worker.stopCause === null) this.current = item.item;
    this.clock.begin(item.item, report, { isFirst, behind });
    this.run.setup.live.state.setFile(this.run.step, this.worker.rank, item.file);
  }

  onFinal(item: ItemState, report: FinalReport, behind: number): void {
    if (!isBelieved(this.run, this.worker, item, report)) return;
    const seconds = this.clock.take({ report, behind });
    if (this.worker.stopCause === null) this.current = null;
    else this.current ??= item.item;
    judgeReported(this.run, this.pool, this.worker, item, { report, seconds });
    this.timeNext();
  }

  /** Starts to time the next item, from the end of the one before. */
  private timeNext(): void {
    const next = this.worker.firstHeld;
    if (next === undefined) this.clock.stop();
    else this.clock.startNext(next.item);
  }

  private async startAndServe(list: readonly ItemState[], reason: string | null): Promise<string | null> {
    const { run, worker } = this;
    const manifest = manifestFile(run.setup.directory, run.step, worker.id, worker.nextStart);
    const { items, command } = this.fill(list, manifest);
    makeFolders(dirname(manifest), PRIVATE_FOLDER);
    writeManifest(manifest, items);
    for (const item of items) worker.reports.expect(item);
    worker.openLog(reason);
    run.items.begin(worker, items);
    const process = await run.start(worker, command, { input: false, reason });
    if (process !== null) {
      run.items.delivered(worker, items);
      return this.serve();
    }
    // A start that was never recorded may have worked all the same, and may have done some of the items.
    const first = worker.firstHeld;
    if (first !== undefined) run.items.fail(worker, first, 0, worker.startFailure);
    run.items.release(worker, worker.held, 'the worker could not be started');
    this.pool.ended(worker, worker.startFailure, false);
    return 'spawn-failed';
  }

  /** Fills the command with as many of the files as its arguments can hold. The others are pending again. */
  private fill(
    list: readonly ItemState[],
    manifest: string,
  ): { items: readonly ItemState[]; command: ExpandedCommand } {
    const { run, worker } = this;
    for (let items = list; ; items = items.slice(0, Math.ceil(items.length / 2))) {
      const expanded = run.command(worker, { list: { files: () => items.map(({ file }) => file), manifest } });
      if (!expanded.ok && items.length === 1) throw new Error(expanded.error.message);
      if (!expanded.ok) continue;
      for (const { item } of list.slice(items.length)) run.items.pending.giveBack(item);
      return { items, command: expanded.value };
    }
  }

  private async serve(): Promise<string | null> {
    const { run, worker } = this;
    this.timeNext();
    const end = await worker.process?.ended;
    if (end === undefined) return null;
    worker.reports.readToEnd();
    const { seconds } = this.clock;
    this.clock.stop();
    const why = await worker.explainEnd(end);
    run.setup.live.state.setFile(run.step, worker.rank, null);
    this.judgeUnfinished(seconds, end, why);
    worker.recordEnd(end, why);
    this.current = null;
    this.pool.ended(worker, why, why === null);
    return why?.reason ?? null;
  }

  /** Judges what the worker held when it ended. A stop takes all back. After a failure only the item it was at counts an attempt. */
  private judgeUnfinished(seconds: number, end: ProcessEnd, why: Failure | null): void {
    const { run, worker } = this;
    for (const item of finishedOfList({ worker, items: run.items, end }, worker.held))
      run.items.succeed(worker, item, seconds, null);
    const rest = worker.held;
    if (worker.wasStopped) return run.items.release(worker, rest, 'the run was stopped');
    const culprit = this.culpritOf(rest);
    if (culprit !== undefined) run.items.fail(worker, culprit, seconds, why ?? leftUnfinished(worker));
    run.items.release(worker, worker.held, 'the worker ended before it came to them');
  }

  /** Returns the item that the end of the worker counts for; none when it has finished that item after it was asked to end. */
  private culpritOf(rest: readonly ItemState[]): ItemState | undefined {
    // What was wrong with a replaced worker has been counted for the item that showed it.
    if (this.worker.stopCause === 'replaced') return undefined;
    const { current } = this;
    return current === null ? rest[0] : rest.find(({ item }) => item === current);
  }
}

/** Writes the paths, one per line, in pieces instead of one text. */
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

  constructor(run: StepRun, speeds: readonly number[]) {
    this.run = run;
    this.speeds = speeds;
    this.idle = new Set(run.workers.filter(({ process }) => process === null).map(({ rank }) => rank));
  }

  /** Takes the list of an idle rank. When it has none, what is pending is first spread over all idle ranks. */
  take(rank: number): ItemState[] {
    this.idle.add(rank);
    if (!this.lists.has(rank)) this.spread();
    const list = this.lists.get(rank) ?? [];
    this.lists.delete(rank);
    const items = list
      .filter((index) => this.run.items.pending.remove(index))
      .map((index) => itemAt(this.run.setup.state, index));
    if (items.length > 0) this.idle.delete(rank);
    return items;
  }

  /** Adds a rank that can take a list as soon as there is one. */
  join(rank: number): void {
    this.idle.add(rank);
  }

  /** Removes a rank that no longer takes part. */
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
