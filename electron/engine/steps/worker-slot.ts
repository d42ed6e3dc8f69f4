import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceRef } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { WorkerRecord } from '../../../shared/run/run-model.ts';
import { type Ending, liveProcess, type ProcessIdentity, type StopCause } from '../../../shared/run/worker-state.ts';
import { explainEnding } from '../failures/explain-ending.ts';
import type { SeenDevices } from '../failures/translate-device.ts';
import { closeTornLine } from '../files/last-line-whole.ts';
import { makeFolders } from '../files/make-folders.ts';
import { type ExpandedCommand, lineBuffered } from '../pipelines/expand-step.ts';
import { removeFifos } from '../processes/fifo-folder.ts';
import { lastRecordedStart, readStartRecord } from '../processes/process-record.ts';
import { markOf, type ProcessView, trustedMark } from '../processes/process-table.ts';
import { adoptedGroup, makeWorkerGroup, removeWorkerGroup } from '../processes/worker-group.ts';
import {
  adoptWorkerProcess,
  endStrays,
  type ProcessEnd,
  startWorkerProcess,
  type WorkerProcess,
} from '../processes/worker-process.ts';
import { reportFile, workerLog } from '../run-directory/paths.ts';
import { type ReportHandlers, ReportTail } from './report-tail.ts';
import { outcomeOf, SlotJournal, succeeded } from './slot-journal.ts';
import { SlotLog } from './slot-log.ts';
import type { StepSetup } from './step-setup.ts';
import {
  makeFifoPath,
  makeWorkingDirectory,
  placeOf,
  processParts,
  recordPathOf,
  workerEnvironment,
} from './worker-environment.ts';

/** Clock ticks in a second, in which a process's start is given: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** After this long a launcher whose start was not answered shows in the list of processes, if it was started at all. */
const UNANSWERED_START_MS = 200;

/** Why a process is to end. */
interface StopOrder {
  cause: StopCause;
  /** What was wrong with it, where that is known. */
  why: Failure | null;
}

/** One rank of a step: its log, its report file, and the process it has now. */
export class WorkerSlot {
  readonly rank: number;
  readonly worker: string;
  readonly device: DeviceRef;
  readonly reports: ReportTail;
  /** The process under way, or null. */
  process: WorkerProcess | null = null;
  /** Whether its process has ended and what it held is being judged. */
  isBeingJudged = false;
  private readonly setup: StepSetup;
  private closed = false;
  /** The control groups of its processes: an adopted one may be in another than those that are started here. */
  private readonly groups = new Set<string>();
  private readonly log: SlotLog;
  private readonly journal: SlotJournal;
  /** Starts that launchers have recorded: more than the journal knows of where its last lines were lost. */
  private readonly recordedStarts: number;
  /** The start under way, with a stop that was asked for before there was a process to stop. */
  private starting: { stop: (StopOrder & { graceMs: number }) | null } | null = null;
  /** Why we are ending the process; the first cause counts. */
  private stopOrder: StopOrder | null = null;
  /** What the step sets in the place of our mask, noted at a start so that its end can be explained. */
  private mask: string | undefined;
  /** Kills for want of memory before the present work began. */
  private killsBefore: number | null = null;
  /**
   * Where the work before the present one began, if something was printed between its report and our reading of that: it may belong to either
   * of the two. null where that is not so.
   */
  unsureFrom: number | null = null;

  /** @param reportsFrom byte offset from which reports have not been dealt with; null for what comes from now on */
  constructor(setup: StepSetup, rank: number, device: DeviceRef, reportsFrom: number | null, handlers: ReportHandlers) {
    this.setup = setup;
    this.rank = rank;
    this.worker = workerId(rank);
    this.device = device;
    this.journal = new SlotJournal(setup, rank);
    makeFolders(dirname(recordPathOf(setup, rank)), 0o700);
    const path = workerLog(setup.directory, setup.state.step, rank);
    this.log = new SlotLog(path, rank, () => setup.scan(rank, path));
    // What an earlier engine had not counted yet stands in the log, also when this rank gets nothing more to do.
    setup.scan(rank, path);
    const reports = reportFile(setup.directory, setup.state.step, rank);
    for (const torn of [reports, recordPathOf(setup, rank)]) closeTornLine(torn);
    this.recordedStarts = lastRecordedStart(recordPathOf(setup, rank));
    this.reports = new ReportTail(reports, reportsFrom, handlers);
  }

  /** The folded record of this worker. */
  get record(): WorkerRecord | undefined {
    return this.setup.state.workers[this.rank];
  }

  /** Why we are ending the process, or ended the latest one; null while we are not. */
  get stopCause(): StopCause | null {
    return this.stopOrder?.cause ?? null;
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

  /** Whether a process exited with a status that means success, whoever asked it to end. */
  endedWell({ exit_code }: Ending): boolean {
    return exit_code !== null && this.setup.definition.success_exit_codes.includes(exit_code);
  }

  /** Bytes in the worker's log now. */
  get logOffset(): number {
    return this.log.size;
  }

  /** Where in the log the present work of the worker begins, in bytes: what stands before belongs to earlier items. */
  get workFrom(): number {
    return this.record?.work.from ?? 0;
  }

  /** What the worker's numbers of devices mean. */
  get seen(): SeenDevices {
    return { device: this.device, mask: this.mask };
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
    this.journal.starting({
      start,
      device: this.device,
      fifo: 'error' in fifo ? null : fifo.path,
      log_offset: this.logOffset,
      report_offset: this.reports.offset,
      reason: options.reason,
    });
    if ('error' in fifo) return this.refuse(fifo.error);
    const { cwd } = expanded;
    const noFolder = makeWorkingDirectory(setup, cwd);
    if (noFolder !== null) return this.refuse(noFolder);
    // A worker that the disk ran out for in the middle of a report would spoil the first one of its successor.
    closeTornLine(reportFile(setup.directory, setup.state.step, rank));
    const place = placeOf(setup, rank, this.device);
    const group = this.noteGroup(makeWorkerGroup(this.groupOwner));
    const env = {
      ...workerEnvironment(setup.env, expanded.env, place),
      ...(group === null ? {} : { DROVER_CGROUP: group }),
    };
    const command = lineBuffered(setup.definition, expanded.command, env, cwd);
    this.journal.command(start, command, cwd, place);
    const parts = processParts(setup, rank, start, fifo.path);
    const { helper } = setup;
    const started = await startWorkerProcess({ ...parts, command, cwd, env, helper, logPath: this.logPath });
    if ('error' in started) {
      // Whoever starts launchers may have died between starting one and saying so.
      await sleep(UNANSWERED_START_MS);
      await this.endForgotten();
      return this.refuse(started.error);
    }
    this.takeProcess(started);
    void started.identity.then((identity) => this.recordRunning(started, identity));
    return started;
  }

  /** Takes over the process that an earlier engine started. */
  adopt(identity: ProcessIdentity): WorkerProcess {
    const { record, setup, rank } = this;
    const start = record?.starts ?? 1;
    this.log.open(start, null);
    this.process = adoptWorkerProcess({ ...processParts(setup, rank, start, record?.fifo ?? null), identity });
    if (record?.state.status === 'starting') this.journal.running(identity);
    this.journal.adopted(identity.pid, start);
    this.noteGroup(adoptedGroup(identity.pid, this.groupOwner));
    if (record?.state.status === 'stopping') this.takeUpStop(record.state.cause);
    return this.process;
  }

  /** An item is about to be judged. A worker with a whole list may have begun with the next one, and said so in its log, before we read that. */
  endWork(): void {
    const printedAfter = this.setup.definition.dispatch === 'list' && this.log.changedAt > this.reports.changedAt;
    this.unsureFrom = printedAfter ? this.workFrom : null;
  }

  /** Another item begins: a kill for want of memory before that has nothing to do with how it ends. */
  beginWork(): void {
    this.killsBefore = this.setup.machine.oomKills.baseline();
  }

  /**
   * Why the process did not succeed, be it that we ended it; null when it did. Its items are judged before its end is journaled, so that
   * after a crash in between the next engine finds the worker open and judges them itself.
   */
  async explainEnd(end: ProcessEnd): Promise<Failure | null> {
    this.process = null;
    this.isBeingJudged = true;
    if (this.succeeded(end)) return null;
    const { record, stopOrder, logPath, seen, workFrom, unsureFrom } = this;
    const identity = record === undefined ? null : liveProcess(record.state);
    const context = {
      ...end,
      cause: stopOrder?.cause ?? null,
      replacedFor: stopOrder?.why ?? null,
      logPath,
      from: workFrom,
      unsureFrom,
      seen,
      // In a container the kernel's log has other numbers, among which ours would be strangers.
      pids: new Set(identity === null || !this.setup.table.hasKernelNumbers() ? [] : [identity.pid]),
      since: Math.max((identity?.start_time ?? 0) / TICKS_PER_SECOND, secondsAfterBoot(record?.work.since ?? null)),
      killsBefore: this.killsBefore,
    };
    return explainEnding(context, this.setup.machine);
  }

  /** Journals how the process ended, after its items were judged. */
  recordEnd(end: ProcessEnd, why: Failure | null): void {
    const outcome = outcomeOf(this.succeeded(end), this.stopCause, end);
    this.journal.ended(end, outcome, why, this.logOffset);
    this.isBeingJudged = false;
    this.removeGroups();
  }

  /**
   * Asks the process to end; the first cause counts, a shorter grace makes it more urgent.
   * @param why what was wrong with it, where that is known
   */
  stop(cause: StopCause, graceMs: number, why: Failure | null = null): void {
    if (this.process === null) {
      if (this.starting !== null) this.starting.stop ??= { cause, graceMs, why };
      return;
    }
    if (this.stopOrder === null) {
      // What it had said and how it had ended by now is not the stop's doing.
      this.reports.read();
      if (this.hasEndedByItself()) return;
      this.order({ cause, why }, graceMs);
    }
    void this.process.stop(graceMs).then(({ left }) => {
      if (left.length > 0) this.journal.unkillable(left.map(({ pid }) => pid));
    });
  }

  /** The pids of everything that belongs to the worker, as a look at all processes shows it. */
  members(view: ProcessView): number[] {
    const identity = this.record === undefined ? null : liveProcess(this.record.state);
    if (identity === null) return [];
    const { run, state, table } = this.setup;
    const mark = markOf(table, identity, { run, step: state.step, rank: this.rank });
    return view.membersOf(trustedMark(table, mark)).map(({ pid }) => pid);
  }

  /** Ends what processes of this rank left behind in sessions of their own; to be called when none of them runs. */
  async endStrays(): Promise<void> {
    const { table, run, state, stopGraceMs } = this.setup;
    this.journal.leftovers(await endStrays(table, { pgid: null, run, step: state.step, rank: this.rank }, stopGraceMs));
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
    this.removeGroups();
  }

  private get groupOwner(): Parameters<typeof makeWorkerGroup>[0] {
    const { run, state, table } = this.setup;
    return { run, step: state.step, rank: this.rank, namespace: table.pidNamespace() ?? '' };
  }

  private noteGroup(group: string | null): string | null {
    if (group !== null) this.groups.add(group);
    return group;
  }

  private removeGroups(): void {
    for (const group of this.groups) removeWorkerGroup(group);
  }

  /** A stop that was asked for during the start is acted on now. */
  private takeProcess(started: WorkerProcess): void {
    const stop = this.starting?.stop ?? null;
    this.process = started;
    this.starting = null;
    if (stop !== null) this.stop(stop.cause, stop.graceMs, stop.why);
  }

  private prepareStart(expanded: ExpandedCommand): void {
    this.starting = { stop: null };
    this.stopOrder = null;
    this.unsureFrom = null;
    this.mask = expanded.env['CUDA_VISIBLE_DEVICES'];
    this.beginWork();
  }

  /** Reading what it had said may have led to an order already. */
  private order(stop: StopOrder, graceMs: number): void {
    if (this.stopOrder !== null) return;
    this.stopOrder = stop;
    this.journal.stopping(stop.cause, graceMs);
  }

  /** The engine before had asked it to end: it gets nothing to do any more, and the rest of what a stop is. */
  private takeUpStop(cause: StopCause): void {
    this.stopOrder = { cause, why: null };
    void this.process?.stop(this.setup.stopGraceMs);
  }

  /** Whether the launcher has recorded the end of the present start already; what the worker left behind is ended in any case. */
  private hasEndedByItself(): boolean {
    const { record } = this;
    return record !== undefined && readStartRecord(recordPathOf(this.setup, this.rank), record.starts).status !== null;
  }

  private succeeded(end: ProcessEnd): boolean {
    return succeeded(end, this.stopCause, this.setup.definition.success_exit_codes);
  }

  private refuse(message: string): null {
    this.starting = null;
    this.log.refuse(message);
    this.journal.notStarted(failure('spawn-failed', message), this.logOffset);
    return null;
  }

  private recordRunning(process: WorkerProcess, identity: ProcessIdentity | null): void {
    if (identity !== null && this.process === process) this.journal.running(identity);
  }
}

/** A moment in seconds after the machine's start, as the kernel counts them; 0 where it is not known. */
function secondsAfterBoot(time: string | null): number {
  return time === null ? 0 : uptime() - (Date.now() - Date.parse(time)) / 1000;
}
