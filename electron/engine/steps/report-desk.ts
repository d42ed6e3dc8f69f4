import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import { failureOfSign } from '../failures/failure-of-sign.ts';
import { findCause } from '../failures/find-cause.ts';
import { findInLog } from '../failures/find-in-log.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import { findReportedItem } from './find-reported-item.ts';
import type { StepRun } from './step-run.ts';

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
