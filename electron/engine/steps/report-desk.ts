import { basename } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import { findInLog } from '../failures/explain-ending.ts';
import { failureOfSign, findCause } from '../failures/find-cause.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** The word of a worker about one of its items that ends the item. */
export type FinalReport = Report & { status: 'complete' | 'failed' };

/** A report, and how many final ones stood behind it in what was read at once. */
export interface HeardReport {
  report: Report;
  behind: number;
}

/** What a dispatch does when a worker speaks about an item it holds. */
export interface ReportActions {
  onStarted: (slot: WorkerSlot, item: ItemState, heard: HeardReport) => void;
  onFinal: (slot: WorkerSlot, item: ItemState, report: FinalReport, behind: number) => void;
}

/** Receives the reports of all workers of a step: sorts out what is theirs to say, shows progress, hands final words on. */
export class ReportDesk {
  /** Ranks whose workers say when they start an item, so that silence before it means a failed start-up. */
  readonly announcing = new Set<number>();
  private readonly run: StepRun;
  private actions: ReportActions | null = null;
  /** With `each` the final word is kept until the process has ended. */
  private readonly kept = new Map<number, FinalReport>();
  /** By rank the items that it has and has said its final word about. */
  private readonly finished = new Map<number, Set<number>>();

  constructor(run: StepRun) {
    this.run = run;
  }

  /** From now on final words are acted on at once, or (null) kept. */
  actOn(actions: ReportActions | null): void {
    this.actions = actions;
  }

  /** The slot begins an item: its file may be spoken of again. */
  expect(slot: WorkerSlot, item: ItemState): void {
    this.kept.delete(slot.rank);
    this.finished.get(slot.rank)?.delete(item.item);
  }

  /** The final word kept for a slot, once. */
  take(slot: WorkerSlot): FinalReport | null {
    const report = this.kept.get(slot.rank) ?? null;
    this.kept.delete(slot.rank);
    return report;
  }

  /** A line that is no report. */
  garbage(slot: WorkerSlot, line: string): void {
    this.run.setup.logs.validator.write(
      'WARNING',
      'a line in the report file is not a report; it was skipped',
      { line },
      slot,
    );
  }

  receive(slot: WorkerSlot, report: Report, behind: number): void {
    const item = this.reported(slot, report.file);
    if (item === undefined) this.refuse(slot, report);
    else this.accept(slot, item, { report, behind });
  }

  /** The item of the worker that a report names. A list of very many is looked through only for what is no path of the step. */
  private reported(slot: WorkerSlot, file: string): ItemState | undefined {
    const { items } = this.run.setup.state;
    const known = items.at(items.find(file));
    if (known?.status === 'running' && known.rank === slot.rank) return known;
    const first = this.run.items.firstHeldBy(slot);
    return (
      findReportedItem(first === undefined ? [] : [first], file) ?? findReportedItem(this.run.items.heldBy(slot), file)
    );
  }

  /** The failure that a worker reported, with the cause if its words or what it printed at the item give one away. */
  failureOf(slot: WorkerSlot, item: ItemState, report: FinalReport): Failure {
    const text = report.error ?? `the worker reported ${item.file} as failed and gave no error`;
    const from = Math.max(item.spans.at(-1)?.[1] ?? slot.logOffset, slot.workFrom);
    const { logPath, unsureFrom } = slot;
    const sign = findCause(text).cause ?? findInLog({ logPath, from, unsureFrom }).found.cause;
    if (sign === null) return failure('reported-failed', text);
    const why = failureOfSign(sign, slot.seen);
    return text.includes(sign.line) ? why : { ...why, collateral: [text, ...(why.collateral ?? [])] };
  }

  private accept(slot: WorkerSlot, item: ItemState, heard: HeardReport): void {
    const { report, behind } = heard;
    const { adapter } = this.run.setup.logs;
    switch (report.status) {
      case 'started':
        this.announcing.add(slot.rank);
        this.actions?.onStarted(slot, item, heard);
        return;
      case 'progress':
        this.run.setup.board.setProgress(this.run.step, slot.rank, report.done ?? null, report.total ?? null);
        return;
      case 'complete':
      case 'failed': {
        adapter.write(
          report.status === 'failed' ? 'WARNING' : 'INFO',
          `reported ${report.status}`,
          { ...report },
          slot,
        );
        const final: FinalReport = { ...report, status: report.status };
        if (!this.isFirstWord(slot, item)) return this.refuse(slot, report);
        if (this.actions === null) this.kept.set(slot.rank, final);
        else this.actions.onFinal(slot, item, final, behind);
        // Of what the worker has no more nothing is accepted anyway.
        if (item.status !== 'running') this.finished.get(slot.rank)?.delete(item.item);
      }
    }
  }

  /** The first final report of an attempt stands. */
  private isFirstWord(slot: WorkerSlot, item: ItemState): boolean {
    const items = this.finished.get(slot.rank) ?? new Set<number>();
    this.finished.set(slot.rank, items);
    if (items.has(item.item)) return false;
    items.add(item.item);
    return true;
  }

  private refuse(slot: WorkerSlot, report: Report): void {
    const message =
      this.run.setup.state.items.find(report.file) >= 0
        ? 'a report about an item that the worker does not have (any more); the first report stands'
        : 'a report about a file that was never given to a worker; it was ignored';
    this.run.setup.logs.validator.write('WARNING', message, { file: report.file, status: report.status }, slot);
  }
}

/**
 * Which of a worker's items a report names. Workers get absolute paths but may report a relative path or the bare name.
 * @param held the items the worker has now, in the order given
 * @returns undefined when the file is none of them
 */
export function findReportedItem(held: readonly ItemState[], file: string): ItemState | undefined {
  return (
    held.find((item) => item.file === file) ??
    held.find((item) => item.file.endsWith(`/${file.replace(/^\.\//, '')}`)) ??
    held.find((item) => basename(item.file) === basename(file) && !file.includes('/'))
  );
}

/** Acts on what a worker of many items says about them, and knows whether its present start has borne fruit. */
export class ReportJudge {
  /** Whether an item was begun or finished in this start. */
  isFruitful = false;
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly desk: ReportDesk;
  private readonly pool: WorkerPool;

  constructor(run: StepRun, slot: WorkerSlot, desk: ReportDesk, pool: WorkerPool) {
    this.run = run;
    this.slot = slot;
    this.desk = desk;
    this.pool = pool;
  }

  /** The worker is started anew, or adopted: it has shown nothing yet. */
  beginStart(): void {
    this.isFruitful = false;
  }

  /** An item was begun or finished: the start was not in vain. */
  bearFruit(): void {
    this.isFruitful = true;
    this.pool.bearsFruit(this.slot);
  }

  /**
   * Whether a worker's final word stands. What it says of a failure once it has been asked to end is mostly the end itself; the item is judged
   * when the process is gone. What it has finished all the same is finished.
   */
  believes(item: ItemState, report: FinalReport): boolean {
    if (this.slot.stopCause === null) return true;
    return report.status === 'complete' && this.run.items.areThere(item, report);
  }

  /**
   * The worker's final word about an item. One that cannot do better with what comes next is replaced: its context is broken, or it has its
   * parameters from its start.
   */
  onFinal(item: ItemState, seconds: number, report: FinalReport): void {
    const { run, slot } = this;
    this.bearFruit();
    if (report.status === 'complete') {
      run.items.succeed(slot, item, seconds, report);
      this.pool.completed(slot);
      return;
    }
    const why = this.desk.failureOf(slot, item, report);
    if (run.items.fail(slot, item, seconds, why)) slot.stop('replaced', run.setup.stopGraceMs, why);
  }
}
