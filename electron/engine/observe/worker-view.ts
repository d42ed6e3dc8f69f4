import { basename } from 'node:path';
import type { Dispatch } from '../../../shared/pipeline/pipeline.ts';
import type { Report } from '../../../shared/run/report.ts';
import type { LiveState } from './live-state.ts';

interface WorkerPlace {
  step: number;
  rank: number;
  dispatch: Dispatch;
}

/** The present state of one worker of an observed run, from the journal and from the worker's reports. */
export class WorkerView {
  private readonly place: WorkerPlace;
  private readonly liveState: LiveState;
  /** The files that it was given and has not finished. */
  private readonly given = new Map<number, string>();
  private current: number | null = null;
  /** A report that came before the journal was read up to its item. */
  private early: Report | null = null;
  /** The offset in its report file where the reports about its present items begin (bytes). */
  reportOffset = 0;

  constructor(place: WorkerPlace, liveState: LiveState) {
    this.place = place;
    this.liveState = liveState;
  }

  expectReportsFrom(offset: number): void {
    this.reportOffset = offset;
  }

  /** Adds an item that it was given. With `list` it reports itself which one it begins. */
  give(item: number, file: string): void {
    this.given.set(item, file);
    if (this.place.dispatch !== 'list') this.begin(item, file);
    const { early } = this;
    this.early = null;
    if (early !== null) this.take(early);
  }

  /** Removes an item that it has finished or lost. */
  finish(item: number): void {
    this.given.delete(item);
    if (this.current === item) this.rest();
  }

  /** Marks its process as ended. */
  end(): void {
    this.given.clear();
    this.early = null;
    this.rest();
  }

  /** Takes a report of it. */
  take(report: Report): void {
    if (report.status === 'complete' || report.status === 'failed') return;
    const found = this.find(report.file);
    if (found === null) {
      this.early = report;
      return;
    }
    if (this.current !== found.item) this.begin(found.item, found.file);
    const { step, rank } = this.place;
    if (report.status === 'progress') this.liveState.setProgress(step, rank, report.done ?? null, report.total ?? null);
  }

  private begin(item: number, file: string): void {
    this.current = item;
    this.liveState.setFile(this.place.step, this.place.rank, file);
  }

  private rest(): void {
    this.current = null;
    this.liveState.setFile(this.place.step, this.place.rank, null);
  }

  /** Workers get absolute paths but may report a relative path or the bare name. */
  private find(file: string): { item: number; file: string } | null {
    for (const [item, given] of this.given) {
      if (given === file || given.endsWith(`/${file.replace(/^\.\//, '')}`) || basename(given) === file)
        return { item, file: given };
    }
    return null;
  }
}
