import type { LiveProgress } from '../../shared/contract/events.ts';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { keepProblems } from '../../shared/run/log-problems.ts';
import { ProgressModel } from '../../shared/run/progress-model.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import { hasEnded, totalCounts } from '../../shared/run/run-state.ts';
import type { RunStatus, RunStatusDocument } from '../../shared/run/run-status.ts';
import { LiveFigures } from '../devices/device-figures.ts';
import { WorkerTimes } from './worker-times.ts';

/** The present state of a run. A new object for every change, around one model that changes in place. */
export interface RunSnapshot {
  run: string;
  /** The folded journal with rates and live progress; changes in place, and `version` with it. */
  model: ProgressModel;
  version: number;
  status: RunStatus;
  directory: string;
  /** Warnings and errors that workers printed, repeats folded. */
  problems: readonly LogProblem[];
  /** When items ended and logs were written; changes in place with the model. */
  times: WorkerTimes;
  /** The figures of the devices since the watch began; changes in place, and `figuresAt` with it. */
  figures: LiveFigures;
  /** Seconds since 1970 of the last live sample; 0 while this engine pushes none. */
  figuresAt: number;
  /** False when no more events will come: the run has ended or lost its owner. */
  live: boolean;
}

/** Folds what one watch of a run has pushed so far. */
export class RunFold {
  private readonly model = new ProgressModel();
  private readonly times = new WorkerTimes();
  private readonly figures = new LiveFigures();
  private figuresAt = 0;
  private version = 0;
  private begun: RunStatusDocument | null = null;
  private caughtUp = false;
  private readonly problems = new Map<string, LogProblem>();
  /** The same object until something is added. */
  private problemList: readonly LogProblem[] = [];
  /** Set when the watch is over. */
  private endStatus: RunStatus | null = null;

  /** Takes the answer to the watch: the status of the run when the watch began. */
  begin(document: RunStatusDocument): void {
    this.begun = document;
    this.version += 1;
  }

  addEvents(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.model.apply(event);
      this.times.note(event);
    }
    this.version += 1;
  }

  setProgress(progress: LiveProgress): void {
    this.model.setLive(progress);
    if (progress.devices.length > 0) {
      this.figuresAt = Date.now() / 1000;
      this.figures.add(progress.devices, this.figuresAt);
    }
    this.version += 1;
  }

  /** Adds problems that are new or have a new count; the others stay. */
  addProblems(problems: readonly LogProblem[]): void {
    keepProblems(this.problems, problems);
    this.problemList = [...this.problems.values()];
    this.version += 1;
  }

  end(status: RunStatus): void {
    this.endStatus = status;
    this.version += 1;
  }

  /** Returns the present state of the run; null until all events from before the watch have arrived. */
  snapshot(run: string): RunSnapshot | null {
    if (this.begun === null || !this.hasCaughtUp(this.begun)) return null;
    return {
      run,
      model: this.model,
      version: this.version,
      status: this.status(this.begun),
      directory: this.begun.directory,
      problems: this.problemList,
      times: this.times,
      figures: this.figures,
      figuresAt: this.figuresAt,
      live: this.endStatus === null,
    };
  }

  private hasCaughtUp(begun: RunStatusDocument): boolean {
    if (this.caughtUp || this.endStatus !== null) return true;
    const now = totalCounts(this.model.state);
    this.caughtUp =
      this.model.state.run !== '' &&
      now.total >= begun.items.total &&
      now.complete + now.failed >= begun.items.complete + begun.items.failed;
    return this.caughtUp;
  }

  /** Returns the status. The journal does not show that an owner is gone. If a run without an owner is taken again, a new watch begins. */
  private status(begun: RunStatusDocument): RunStatus {
    if (this.endStatus !== null) return this.endStatus;
    const { state } = this.model;
    return begun.status === 'interrupted' && !hasEnded(state) ? 'interrupted' : state.status;
  }
}
