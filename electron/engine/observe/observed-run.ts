import type { LiveProgress } from '../../../shared/contract/events.ts';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { workerId } from '../../../shared/ids.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';
import type { Dispatch } from '../../../shared/pipeline/pipeline.ts';
import type { ItemRecord, RunEvent } from '../../../shared/run/run-events.ts';
import { journalFile, reportFile, workerLog } from '../run-directory/paths.ts';
import { followJournal, type JournalFollower } from './follow-journal.ts';
import { LiveFindings } from './live-findings.ts';
import { ObservedStep } from './observed-step.ts';
import { StepScan } from './step-scan.ts';
import { WorkerView } from './worker-view.ts';

interface ObservedRunOptions {
  directory: string;
  onProgress: (progress: LiveProgress) => void;
  onProblems: (problems: LogProblem[]) => void;
}

type Sample = LiveProgress['devices'][number];

/**
 * Observes a run of another process: what happens inside its items and on its devices, and what its workers print as warnings and errors.
 * All of it is read from the files of the run, which its owner and its workers write anyway.
 */
export class ObservedRun {
  private readonly options: ObservedRunOptions;
  private readonly devices = new ObservedDevices();
  private readonly findings = new LiveFindings(() => this.devices);
  private readonly scan: StepScan;
  private readonly journal: JournalFollower;
  private dispatches: Dispatch[] = [];
  /** The files of each step, by item. */
  private readonly files = new Map<number, PathColumn>();
  /** By step and rank. */
  private readonly workers = new Map<number, Map<number, WorkerView>>();
  /** By step and rank the offset in a worker's log where its present start begins (bytes). */
  private readonly startOffsets = new Map<string, number>();
  /** Steps under way. */
  private readonly steps = new Map<number, ObservedStep>();
  /** False until the journal is read up to now: before that no files are followed, because their steps may be over. */
  private caughtUp = false;

  constructor(options: ObservedRunOptions) {
    this.options = options;
    this.findings.on('progress', options.onProgress);
    this.findings.on('problems', options.onProblems);
    this.scan = new StepScan({
      // Tokens are in the journal.
      record: () => undefined,
      onTokens: () => undefined,
      liveState: this.findings.state,
      onProblems: (problems) => this.findings.addProblems(problems),
    });
    this.journal = followJournal(journalFile(options.directory), (events) => {
      for (const event of events) this.take(event);
    });
    this.journal.read();
    this.caughtUp = true;
    for (const step of this.steps.values()) this.followWorkers(step);
  }

  /** Returns the whole of what happens now. */
  progress(): LiveProgress {
    return this.findings.progress();
  }

  /** Reads what is in the journal now: of a run that is over, its last events. */
  catchUp(): void {
    this.journal.read();
  }

  /** Returns every warning and error so far. */
  problems(): LogProblem[] {
    return this.findings.problems();
  }

  async close(): Promise<void> {
    this.findings.close();
    this.journal.stop();
    for (const step of this.steps.values()) step.close();
    await this.scan.close();
  }

  private take(event: RunEvent): void {
    switch (event.type) {
      case 'run-created':
        this.dispatches = event.steps.map(({ dispatch }) => dispatch);
        return;
      case 'items':
        return this.nameFiles(event.step, event.items);
      case 'items-reset':
        return this.nameFiles(event.step, event.records ?? []);
      case 'step-started':
        return this.beginStep(event.step);
      case 'worker-starting':
        return this.startWorker(event);
      case 'dispatching':
        this.worker(event.step, event.rank).expectReportsFrom(event.report_offset);
        return this.give(event.step, event.rank, event.items);
      case 'item-complete':
      case 'item-failed':
        return this.worker(event.step, event.rank).finish(event.item);
      case 'items-released':
        for (const worker of this.workersOf(event.step).values()) for (const item of event.items) worker.finish(item);
        return;
      case 'worker-ended':
        return this.worker(event.step, event.rank).end();
      case 'step-ended':
        return this.endStep(event.step);
      default:
    }
  }

  private nameFiles(step: number, items: readonly ItemRecord[]): void {
    const files = this.files.get(step) ?? new PathColumn();
    this.files.set(step, files);
    for (const { item, file } of items) {
      if (item < files.length) files.set(item, file);
      // Item numbers are consecutive. The fold ignores other numbers of a damaged journal as well.
      else if (item === files.length) files.push(file);
    }
  }

  private beginStep(step: number): void {
    this.steps.get(step)?.close();
    const { directory } = this.options;
    const observed = new ObservedStep({
      directory,
      step,
      liveState: this.findings.state,
      onSample: (sample) => this.devices.take(sample),
      onWarning: ({ rank, text }) => this.warnAboutWorker({ step, rank }, text),
    });
    this.steps.set(step, observed);
  }

  private startWorker(event: Extract<RunEvent, { type: 'worker-starting' }>): void {
    const { step, rank } = event;
    const worker = this.worker(step, rank);
    worker.expectReportsFrom(event.report_offset);
    this.startOffsets.set(`${step} ${rank}`, event.log_offset);
    const { directory } = this.options;
    this.scan.watch(
      { step, rank },
      { log: workerLog(directory, step, rank), reports: reportFile(directory, step, rank) },
    );
    if (this.caughtUp) this.steps.get(step)?.followReports(rank, worker);
  }

  private give(step: number, rank: number, items: readonly number[]): void {
    for (const item of items) this.worker(step, rank).give(item, this.nameOf(step, item));
  }

  private nameOf(step: number, item: number): string {
    const files = this.files.get(step);
    return files === undefined || item >= files.length ? '' : files.get(item);
  }

  private endStep(step: number): void {
    this.steps.get(step)?.close();
    this.steps.delete(step);
    void this.scan.finishStep(step);
  }

  private followWorkers(step: ObservedStep): void {
    for (const [rank, worker] of this.workersOf(step.step)) step.followReports(rank, worker);
  }

  private worker(step: number, rank: number): WorkerView {
    const workers = this.workersOf(step);
    const known = workers.get(rank);
    if (known !== undefined) return known;
    const worker = new WorkerView({ step, rank, dispatch: this.dispatches[step - 1] ?? 'queue' }, this.findings.state);
    workers.set(rank, worker);
    return worker;
  }

  private workersOf(step: number): Map<number, WorkerView> {
    const workers = this.workers.get(step) ?? new Map<number, WorkerView>();
    this.workers.set(step, workers);
    return workers;
  }

  /** Adds a warning at the same offset of the log as the owner does, or it would count twice at the end. */
  private warnAboutWorker({ step, rank }: { step: number; rank: number }, text: string): void {
    const offset = this.startOffsets.get(`${step} ${rank}`) ?? 0;
    this.findings.addProblems([{ step, worker: workerId(rank), level: 'warning', text, count: 1, offset }]);
  }
}

/** The latest sample of each device of a run. */
class ObservedDevices {
  version = 0;
  private readonly samples = new Map<string, Sample>();

  take(sample: Sample): void {
    this.samples.set(sample.uuid ?? `${sample.kind}:${sample.index}`, sample);
    this.version += 1;
  }

  live(): Sample[] {
    return [...this.samples.values()];
  }
}

interface ObservedRunsTarget {
  onProgress: (run: string, progress: LiveProgress) => void;
  onProblems: (run: string, problems: LogProblem[]) => void;
}

interface Shared {
  observed: ObservedRun;
  /** The number of observers. */
  count: number;
}

/** The runs of other processes that clients of this one watch. Each is observed once, however many watch it. */
export class ObservedRuns {
  private readonly target: ObservedRunsTarget;
  private readonly runs = new Map<string, Shared>();

  constructor(target: ObservedRunsTarget) {
    this.target = target;
  }

  /** Begins to observe a run, or joins an observation. @returns the observed run, and a function that ends this observation */
  observe(run: string, directory: string): { observed: ObservedRun; end: () => void } {
    const shared = this.runs.get(run) ?? { observed: this.begin(run, directory), count: 0 };
    this.runs.set(run, shared);
    shared.count += 1;
    return { observed: shared.observed, end: () => this.leave(run, shared) };
  }

  /** Ends all observations. */
  async close(): Promise<void> {
    const all = [...this.runs.values()];
    this.runs.clear();
    await Promise.all(all.map(({ observed }) => observed.close()));
  }

  private begin(run: string, directory: string): ObservedRun {
    return new ObservedRun({
      directory,
      onProgress: (progress) => this.target.onProgress(run, progress),
      onProblems: (problems) => this.target.onProblems(run, problems),
    });
  }

  private leave(run: string, shared: Shared): void {
    shared.count -= 1;
    if (shared.count > 0 || this.runs.get(run) !== shared) return;
    this.runs.delete(run);
    void shared.observed.close();
  }
}
