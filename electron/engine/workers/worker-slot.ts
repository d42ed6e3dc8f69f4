import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceRef } from '../../../shared/device.ts';
import { type Failure, failure } from '../../../shared/failure.ts';
import { workerId } from '../../../shared/ids.ts';
import type { WorkerRecord } from '../../../shared/run-state.ts';
import { liveProcess, type ProcessIdentity, type StopCause } from '../../../shared/worker-state.ts';
import { explainEnding } from '../failures/explain-ending.ts';
import { TICKS_PER_SECOND } from '../failures/limits.ts';
import type { SeenDevices } from '../failures/translate-device.ts';
import { reportFile, workerLog } from '../logs/log-paths.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import { lineBuffered } from '../pipelines/line-buffered.ts';
import { closeTornLine } from '../processes/close-torn-line.ts';
import { removeFifos } from '../processes/fifo-folder.ts';
import { UNANSWERED_START_MS } from '../processes/limits.ts';
import { lastRecordedStart } from '../processes/process-record.ts';
import type { ProcessView } from '../processes/process-table.ts';
import {
  adoptWorkerProcess,
  endStrays,
  type ProcessEnd,
  startWorkerProcess,
  type WorkerProcess,
} from '../processes/worker-process.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import { type ReportHandlers, ReportTail } from './report-tail.ts';
import { SlotLog } from './slot-log.ts';
import { SlotNotes } from './slot-notes.ts';
import { makeFifoPath, placeOf, processParts, recordPathOf } from './slot-place.ts';
import { workerEnvironment } from './worker-environment.ts';
import { outcomeOf, succeeded } from './worker-outcome.ts';

/** One rank of a step: its log, its report file, and the process it has now. Journals the life of the worker. */
export class WorkerSlot {
  readonly rank: number;
  readonly worker: string;
  readonly device: DeviceRef;
  readonly reports: ReportTail;
  /** The process under way, or null. */
  process: WorkerProcess | null = null;
  /** Why we are ending the process; the first cause counts. */
  stopCause: StopCause | null = null;
  /** Whether its process has ended and what it held is being judged. */
  isJudged = false;
  private readonly setup: StepSetup;
  private closed = false;
  private readonly log: SlotLog;
  private readonly notes: SlotNotes;
  /** Starts that launchers have recorded: more than the journal knows of where its last lines were lost. */
  private readonly recordedStarts: number;
  /** What made us replace the worker. */
  private replacedFor: Failure | null = null;
  /** What the step sets in the place of our mask. */
  private mask: string | undefined;
  private killsBefore: number | null = null;
  private isStarting = false;
  /** A stop that was asked for before there was a process to stop. */
  private stopWanted: { cause: StopCause; graceMs: number; why: Failure | null } | null = null;

  /** @param reportsFrom byte offset from which reports have not been dealt with */
  constructor(setup: StepSetup, rank: number, device: DeviceRef, reportsFrom: number | null, handlers: ReportHandlers) {
    this.setup = setup;
    this.rank = rank;
    this.worker = workerId(rank);
    this.device = device;
    this.notes = new SlotNotes(setup, this.worker);
    mkdirSync(dirname(recordPathOf(setup, rank)), { recursive: true, mode: 0o700 });
    const path = workerLog(setup.directory, setup.state.step, rank);
    this.log = new SlotLog(path, rank, () => setup.scan(rank, path));
    // What an earlier engine had not counted yet stands in the log, also when this rank gets nothing more to do.
    setup.scan(rank, path);
    const reports = reportFile(setup.directory, setup.state.step, rank);
    for (const torn of [reports, recordPathOf(setup, rank)]) closeTornLine(torn);
    this.recordedStarts = lastRecordedStart(recordPathOf(setup, rank));
    const end = sizeOf(reports);
    this.reports = new ReportTail(reports, reportsFrom ?? end, handlers);
  }

  /** The folded record of this worker. */
  get record(): WorkerRecord | undefined {
    return this.setup.state.workers[this.rank];
  }

  get logPath(): string {
    return this.log.path;
  }

  /** The number of the next start. A number that a launcher has used is not used again: its record and its FIFO would be taken for ours. */
  get nextStart(): number {
    return Math.max(this.record?.starts ?? 0, this.recordedStarts) + 1;
  }

  /** Whether the latest start has reported anything: then its silence about an item means that it did not finish it. */
  get hasReported(): boolean {
    return this.reports.offset > (this.record?.report_offset ?? 0);
  }

  /** Bytes in the worker's log now. */
  get logOffset(): number {
    return this.log.size;
  }

  /** What the worker's numbers of devices mean. */
  get seen(): SeenDevices {
    return { device: this.device, mask: this.mask };
  }

  /** Begins to read reports; separate from making the slot, as the handlers need it. */
  readReports(): void {
    this.reports.read();
  }

  /**
   * Writes into the log what stands before the next start: its first lines, or what separates it from an earlier engine or start. It
   * comes before the items of that start are journaled, so that these lines stand outside their part of the log.
   * @param reason why it is started again; null for a first start or another item
   */
  openLog(reason: string | null): void {
    this.log.open(this.nextStart, reason);
  }

  /**
   * Starts the worker's process. A failure to start is journaled and written into the log like any other ending.
   * @param reason why it is started again, for the log; null for a first start or another item
   */
  async start(
    expanded: ExpandedCommand,
    options: { input: boolean; reason: string | null },
  ): Promise<WorkerProcess | null> {
    const { setup, rank } = this;
    const start = this.nextStart;
    const fifo = options.input ? makeFifoPath(setup, rank, start) : { path: null };
    this.prepareStart(expanded);
    setup.record({
      type: 'worker-starting',
      step: setup.state.step,
      rank,
      start,
      device: this.device,
      fifo: 'error' in fifo ? null : fifo.path,
      log_offset: this.logOffset,
      report_offset: this.reports.offset,
      reason: options.reason,
    });
    if ('error' in fifo) return this.refuse(fifo.error);
    // A worker that the disk ran out for in the middle of a report would spoil the first one of its successor.
    closeTornLine(reportFile(setup.directory, setup.state.step, rank));
    const place = placeOf(setup, rank, this.device);
    const env = workerEnvironment(setup.env, expanded.env, place);
    const command = lineBuffered(setup.definition, expanded.command, env, expanded.cwd);
    this.notes.starting(start, command, expanded.cwd, place);
    const parts = processParts(setup, rank, start, fifo.path);
    const { cwd } = expanded;
    const { helper } = setup;
    const started = await startWorkerProcess({ ...parts, command, cwd, env, helper, logPath: this.logPath });
    if ('error' in started) {
      await this.endUnanswered();
      return this.refuse(started.error);
    }
    this.takeProcess(started);
    void started.identity.then((identity) => this.recordRunning(started, identity));
    return started;
  }

  /** Takes over the process that an earlier engine started. */
  adopt(identity: ProcessIdentity): WorkerProcess {
    const { record, setup, rank } = this;
    const { step } = setup.state;
    const start = record?.starts ?? 1;
    this.log.open(start, null);
    this.process = adoptWorkerProcess({ ...processParts(setup, rank, start, record?.fifo ?? null), identity });
    if (record?.state.status === 'starting') setup.record({ type: 'worker-running', step, rank, ...identity });
    setup.record({ type: 'worker-adopted', step, rank, pid: identity.pid });
    this.notes.adopted(identity.pid, start);
    return this.process;
  }

  /**
   * Why the process failed; null when it ended with success or because we stopped it. Its items are judged before its end is
   * journaled, so that after a crash in between the next engine finds the worker open and judges them itself.
   */
  async explainEnd(end: ProcessEnd): Promise<Failure | null> {
    this.process = null;
    this.isJudged = true;
    if (this.succeeded(end)) return null;
    const { record, stopCause, replacedFor, logPath, seen, killsBefore } = this;
    const identity = record === undefined ? null : liveProcess(record.state);
    const context = {
      ...end,
      cause: stopCause,
      replacedFor,
      logPath,
      from: record?.start_offsets.at(-1) ?? 0,
      seen,
      pids: new Set(identity === null ? [] : [identity.pid]),
      startedAt: (identity?.start_time ?? 0) / TICKS_PER_SECOND,
      killsBefore,
    };
    return explainEnding(context, this.setup.machine);
  }

  /** Journals how the process ended, after its items were judged. */
  recordEnd(end: ProcessEnd, why: Failure | null): void {
    const outcome = outcomeOf(this.succeeded(end), this.stopCause, end);
    this.recordEnded({ outcome, exit_code: end.exit_code, signal: end.signal, failure: why });
    this.notes.ended(end, outcome, why);
    this.isJudged = false;
  }

  /**
   * Asks the process to end; the first cause counts, a shorter grace makes it more urgent.
   * @param why what was wrong with it, where that is known
   */
  stop(cause: StopCause, graceMs: number, why: Failure | null = null): void {
    if (this.process === null) {
      if (this.isStarting) this.stopWanted ??= { cause, graceMs, why };
      return;
    }
    if (this.stopCause === null) {
      this.stopCause = cause;
      this.replacedFor = why;
      this.setup.record({ type: 'worker-stopping', step: this.setup.state.step, rank: this.rank, cause });
      this.notes.stopping(cause, graceMs);
    }
    void this.process.stop(graceMs).then(({ left }) => {
      if (left.length > 0) this.notes.unkillable(left.map(({ pid }) => pid));
    });
  }

  /** The pids of everything that belongs to the worker, as a look at all processes shows it. */
  members(view: ProcessView): number[] {
    const identity = this.record === undefined ? null : liveProcess(this.record.state);
    if (identity === null) return [];
    const { run, state } = this.setup;
    return view.membersOf({ pgid: identity.pgid, run, step: state.step, rank: this.rank }).map(({ pid }) => pid);
  }

  /** Ends what processes of this rank left behind in sessions of their own; to be called when none of them runs. */
  async endStrays(): Promise<void> {
    const { table, run, state, stopGraceMs } = this.setup;
    this.notes.leftovers(await endStrays(table, { pgid: null, run, step: state.step, rank: this.rank }, stopGraceMs));
  }

  /** Takes the hands off the process without ending it: another engine adopts it. */
  letGo(): void {
    this.process?.letGo();
    this.process = null;
    this.close();
  }

  /**
   * Ends what an earlier engine left of this rank and the journal does not know of, as its last lines were lost: two workers at one item
   * would spoil its outputs. What such a worker reports is no word about what is handed out from now on.
   */
  async endForgotten(): Promise<void> {
    if (this.process !== null || this.record === undefined) return;
    await this.endStrays();
    this.reports.read();
    const { definition, env, run, state } = this.setup;
    if (definition.dispatch === 'queue') removeFifos(env, run, { step: state.step, rank: this.rank });
  }

  /** Closes log and report file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.reports.close();
    this.log.close();
  }

  /** Whoever starts launchers may have died between starting one and saying so. */
  private async endUnanswered(): Promise<void> {
    await sleep(UNANSWERED_START_MS);
    await this.endForgotten();
  }

  /** A stop that was asked for during the start is acted on now. */
  private takeProcess(started: WorkerProcess): void {
    this.process = started;
    this.isStarting = false;
    if (this.stopWanted !== null) this.stop(this.stopWanted.cause, this.stopWanted.graceMs, this.stopWanted.why);
  }

  private prepareStart(expanded: ExpandedCommand): void {
    this.isStarting = true;
    this.stopWanted = null;
    this.stopCause = null;
    this.replacedFor = null;
    this.mask = expanded.env['CUDA_VISIBLE_DEVICES'];
    this.killsBefore = this.setup.machine.oomKills.count();
  }

  private succeeded(end: ProcessEnd): boolean {
    return succeeded(end, this.stopCause, this.setup.definition.success_exit_codes);
  }

  private refuse(message: string): null {
    this.isStarting = false;
    this.log.refuse(message);
    this.recordEnded({ outcome: 'failed', exit_code: null, signal: null, failure: failure('spawn-failed', message) });
    this.notes.notStarted(message);
    return null;
  }

  private recordEnded(end: {
    outcome: ReturnType<typeof outcomeOf>;
    exit_code: number | null;
    signal: string | null;
    failure: Failure | null;
  }): void {
    const { rank, logOffset } = this;
    this.setup.record({ type: 'worker-ended', step: this.setup.state.step, rank, ...end, log_offset: logOffset });
  }

  private recordRunning(process: WorkerProcess, identity: ProcessIdentity | null): void {
    if (identity === null || this.process !== process) return;
    this.setup.record({ type: 'worker-running', step: this.setup.state.step, rank: this.rank, ...identity });
  }
}

function sizeOf(path: string): number {
  const file = openSync(path, 'a+', 0o600);
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
