import { basename } from 'node:path';
import type { Dispatch } from '../../../shared/pipeline/pipeline.ts';
import type { Report } from '../../../shared/run/report.ts';
import type { LiveState } from './live-state.ts';

interface WorkerPlace {
  step: number;
  rank: number;
  dispatch: Dispatch;
}

/** What one worker of an observed run does now, from what the journal says that it was given and what it reports. */
export class WorkerView {
  private readonly place: WorkerPlace;
  private readonly liveState: LiveState;
  /** The files that it was given and has not finished. */
  private readonly given = new Map<number, string>();
  private current: number | null = null;
  /** Said before the journal was read up to the item that it is about. */
  private early: Report | null = null;
  /** Where in its report file the reports about what it has begin, in bytes. */
  reportOffset = 0;

  constructor(place: WorkerPlace, liveState: LiveState) {
    this.place = place;
    this.liveState = liveState;
  }

  expectReportsFrom(offset: number): void {
    this.reportOffset = offset;
  }

  /** It was handed items; with `list` it says itself which one it begins. */
  give(item: number, file: string): void {
    this.given.set(item, file);
    if (this.place.dispatch !== 'list') this.begin(item, file);
    const { early } = this;
    this.early = null;
    if (early !== null) this.take(early);
  }

  /** An item is out of its hands. */
  finish(item: number): void {
    this.given.delete(item);
    if (this.current === item) this.rest();
  }

  /** Its process is over. */
  end(): void {
    this.given.clear();
    this.early = null;
    this.rest();
  }

  /** It reports. */
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
