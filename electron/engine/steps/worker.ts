import { uptime } from 'node:os';
import type { DeviceRef } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import type { WorkerRecord } from '../../../shared/run/run-model.ts';
import {
  type Ending,
  liveProcess,
  type ProcessIdentity,
  type StopCause,
  type WorkerOutcome,
} from '../../../shared/run/worker-state.ts';
import { findInLog } from '../failures/explain-ending.ts';
import { failureOfSign, findCause } from '../failures/find-cause.ts';
import type { SeenDevices } from '../failures/translate-device.ts';
import type { HostedWorker, ShownCommand } from '../hosts/worker-host.ts';
import type { LogLevel } from '../logs/component-log.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import type { ProcessEnd, WorkerProcess } from '../processes/worker-process.ts';
import { reportFile, workerLog } from '../run-directory/paths.ts';
import { firstHeldBy, heldBy, type StepSetup } from './step-setup.ts';
import { WorkerLog } from './worker-log.ts';
import { type FinalReport, WorkerReports } from './worker-reports.ts';

/** Clock ticks in a second, the unit of a process's start time: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Stops that are no failure of the worker, or a failure that has been journaled for its item. */
const NO_FAILURE: ReadonlySet<StopCause> = new Set<StopCause>([
  'run-stopped',
  'run-killed',
  'engine-ending',
  'leftover',
  'replaced',
]);

/** Why a process is to end. */
interface StopOrder {
  cause: StopCause;
  /** What was wrong with it, where that is known. */
  why: Failure | null;
}

/** Options of a start. */
export interface StartOptions {
  /** Whether the worker reads its items from its standard input. */
  input: boolean;
  /** Why it is started again, for the log; null for a first start or another item. */
  reason: string | null;
}

/**
 * One rank of a step: its log, its report file, and its present process. What happens to the process is journaled here, which changes its folded
 * record, and written into the component logs.
 */
export class Worker implements HostedWorker {
  readonly rank: number;
  readonly id: string;
  readonly device: DeviceRef;
  readonly reports: WorkerReports;
  /** The process under way, or null. */
  process: WorkerProcess | null = null;
  /** Whether its process has ended and its items are being judged. */
  isBeingJudged = false;
  /**
   * Where the work before the present one began, if something was printed between its report and the read of that report: it may belong to either of
   * the two. Otherwise null.
   */
  unsureFrom: number | null = null;
  private readonly setup: StepSetup;
  private readonly log: WorkerLog;
  /** Starts that the host has recorded: more than the journal has if its last lines were lost. */
  private readonly recordedStarts: number;
  private closed = false;
  /** The start under way, with a stop that was requested before there was a process to stop. */
  private starting: { stop: (StopOrder & { graceMs: number }) | null } | null = null;
  /** Why we are ending the process; the first cause counts. */
  private stopOrder: StopOrder | null = null;
  /** The mask of the step where it replaces ours. It is noted at a start so that its end can be explained. */
  private mask: string | undefined;
  /** Kills for lack of memory before the present work began. */
  private killsBefore: number | null = null;

  constructor(setup: StepSetup, rank: number, device: DeviceRef) {
    this.setup = setup;
    this.rank = rank;
    this.id = workerId(rank);
    this.device = device;
    this.recordedStarts = setup.host.open(rank);
    const path = workerLog(setup.directory, setup.state.step, rank);
    this.log = new WorkerLog(path, rank, () => setup.live.scan(rank, path));
    // The log may hold what an earlier engine had not counted yet, also when this rank gets no more items.
    setup.live.scan(rank, path);
    const options = { path: this.reportFile, rank, from: unreadFrom(this.held), write: this.writeTo.bind(this) };
    this.reports = new WorkerReports(setup, options);
  }

  /** The folded record of this worker. */
  get record(): WorkerRecord | undefined {
    return this.setup.state.workers[this.rank];
  }

  get identity(): ProcessIdentity | null {
    return this.record === undefined ? null : liveProcess(this.record.state);
  }

  /** The items that it has, in the order given. */
  get held(): ItemState[] {
    return heldBy(this.setup.state, this.rank);
  }

  /** The first item that it has and that is not judged. */
  get firstHeld(): ItemState | undefined {
    return firstHeldBy(this.setup.state, this.rank);
  }

  /** Why we are ending the process, or ended the latest one; null while we are not. */
  get stopCause(): StopCause | null {
    return this.stopOrder?.cause ?? null;
  }

  /** Whether it was ended because the run was stopped. */
  get wasStopped(): boolean {
    const { stopCause } = this;
    return stopCause === 'run-stopped' || stopCause === 'run-killed' || stopCause === 'engine-ending';
  }

  get logPath(): string {
    return this.log.path;
  }

  /** Bytes in its log now. */
  get logOffset(): number {
    return this.log.size;
  }

  /** Where in the log its present work begins, in bytes. What comes before belongs to earlier items. */
  get workFrom(): number {
    return this.record?.work.from ?? 0;
  }

  /** What the worker's device numbers mean. */
  get seen(): SeenDevices {
    return { device: this.device, mask: this.mask };
  }

  /** The number of the next start. A number that the host has used is not used again: its record and its input would be taken for ours. */
  get nextStart(): number {
    return Math.max(this.record?.starts ?? 0, this.recordedStarts) + 1;
  }

  /** Whether the latest start has reported anything. If so, its silence about an item means that it did not finish it. */
  get hasReported(): boolean {
    return this.reports.offset > (this.record?.report_offset ?? 0);
  }

  /** Returns whether a process exited with a status that means success, whoever asked it to end. */
  endedWell({ exit_code }: Ending): boolean {
    return exit_code !== null && this.setup.definition.success_exit_codes.includes(exit_code);
  }

  /** Why the latest start failed, as journaled. */
  get startFailure(): Failure {
    const state = this.record?.state;
    const known = state !== undefined && 'failure' in state ? state.failure : null;
    return known ?? failure('spawn-failed', 'the worker could not be started');
  }

  /** Writes a line about this worker into a component log of the step. */
  writeTo(
    component: 'orchestrator' | 'adapter' | 'validator',
    level: LogLevel,
    message: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): void {
    this.setup.logs[component].write(level, message, fields, { worker: this.id });
  }

  /**
   * Writes into the worker's log the lines before the next start: its first lines, or a separator from an earlier engine or start. This is done
   * before the items of that start are journaled, so that these lines are outside their part of the log.
   * @param reason why it is started again; null for a first start or another item
   */
  openLog(reason: string | null): void {
    this.log.open(this.nextStart, reason);
  }

  /** Starts the worker's process. A failed start is journaled and written into the log like any other end. */
  async start(expanded: ExpandedCommand, { input, reason }: StartOptions): Promise<WorkerProcess | null> {
    const { setup, rank } = this;
    const { host } = setup;
    const start = this.nextStart;
    const opened = input ? host.openInput(rank, start) : { path: null };
    this.prepareStart(expanded);
    this.reports.beginStart();
    // This is journaled before anything is started, so that a later engine knows that there may be a process.
    const offsets = { log_offset: this.logOffset, report_offset: this.reports.offset };
    const fifo = 'error' in opened ? null : opened.path;
    setup.record({ type: 'worker-starting', ...this.place, start, device: this.device, fifo, reason, ...offsets });
    if ('error' in opened) return this.refuse(opened.error);
    const started = await host.start(this, {
      start,
      command: expanded,
      input: opened.path,
      logPath: this.logPath,
      onCommand: (shown) => this.writeCommand(start, shown),
    });
    if ('error' in started) {
      await this.endUnrecorded();
      return this.refuse(started.error);
    }
    this.takeProcess(started);
    void started.identity.then((identity) => this.recordRunning(started, identity));
    return started;
  }

  /**
   * Adopts the process that an earlier engine started.
   * @returns false when it is lost, or was never started: then nothing is changed
   */
  adopt(): boolean {
    const { record, setup } = this;
    const start = record?.starts ?? 1;
    const adopted = setup.host.adopt(this, {
      start,
      input: record?.fifo ?? null,
      identity: this.identity,
      hasEndedItem: record?.work.is_first !== true,
    });
    if (adopted === null) return false;
    this.log.open(start, null);
    this.process = adopted.process;
    const { pid } = adopted.identity;
    if (record?.state.status === 'starting')
      setup.record({ type: 'worker-running', ...this.place, ...adopted.identity });
    setup.record({ type: 'worker-adopted', ...this.place, pid });
    this.writeTo('orchestrator', 'INFO', 'worker adopted', { pid, start });
    if (record?.state.status === 'stopping') this.continueStop(record.state.cause);
    return true;
  }

  /**
   * Ends the present work: an item is about to be judged. A worker with a whole list may have begun with the next one, and logged that, before we
   * read it.
   */
  endWork(): void {
    const printedAfter = this.setup.definition.dispatch === 'list' && this.log.changedAt > this.reports.changedAt;
    this.unsureFrom = printedAfter ? this.workFrom : null;
  }

  /** Begins the work on another item. A kill for lack of memory before that has nothing to do with how it ends. */
  beginWork(): void {
    this.killsBefore = this.setup.host.memoryKills();
  }

  /**
   * Returns why the process did not succeed, even if we ended it; null when it did. Its items are judged before its end is journaled. So after a
   * crash in between, the next engine finds the worker open and judges them itself.
   */
  async explainEnd(end: ProcessEnd): Promise<Failure | null> {
    this.process = null;
    this.isBeingJudged = true;
    if (this.hasSucceeded(end)) return null;
    const { record, stopOrder, identity } = this;
    return this.setup.host.explain(this, {
      exit_code: end.exit_code,
      signal: end.signal,
      cause: stopOrder?.cause ?? null,
      replacedFor: stopOrder?.why ?? null,
      logPath: this.logPath,
      from: this.workFrom,
      unsureFrom: this.unsureFrom,
      seen: this.seen,
      since: Math.max((identity?.start_time ?? 0) / TICKS_PER_SECOND, secondsAfterBoot(record?.work.since ?? null)),
      killsBefore: this.killsBefore,
    });
  }

  /** Returns the failure that the worker reported, with the cause if its text or its output at the item shows one. */
  failureOf(item: ItemState, report: FinalReport): Failure {
    const text = report.error ?? `the worker reported ${item.file} as failed and gave no error`;
    const { logPath, unsureFrom } = this;
    const from = Math.max(item.spans.at(-1)?.[1] ?? this.logOffset, this.workFrom);
    const sign = findCause(text).cause ?? findInLog({ logPath, from, unsureFrom }).found.cause;
    if (sign === null) return failure('reported-failed', text);
    const why = failureOfSign(sign, this.seen);
    return text.includes(sign.line) ? why : { ...why, collateral: [text, ...(why.collateral ?? [])] };
  }

  /** Journals how the process ended, after its items were judged. */
  recordEnd(end: ProcessEnd, why: Failure | null): void {
    const outcome = this.outcomeOf(end);
    const { exit_code, signal } = end;
    const ending = { outcome, exit_code, signal, failure: why, log_offset: this.logOffset };
    this.setup.record({ type: 'worker-ended', ...this.place, ...ending });
    const level = outcome === 'failed' || outcome === 'lost' ? 'ERROR' : 'INFO';
    this.writeTo('orchestrator', level, `worker ${outcome}`, { exit_code, signal, ...(why === null ? {} : why) });
    this.writeLeftovers(end.leftovers);
    this.isBeingJudged = false;
    this.setup.host.done(this.rank);
  }

  /**
   * Asks the process to end. The first cause counts. A shorter grace period makes it more urgent.
   * @param why what was wrong with it, where that is known
   */
  stop(cause: StopCause, graceMs: number, why: Failure | null = null): void {
    if (this.process === null) {
      if (this.starting !== null) this.starting.stop ??= { cause, graceMs, why };
      return;
    }
    if (this.stopOrder === null) {
      // The stop did not cause what it had reported and how it had ended by now.
      this.reports.read();
      if (this.hasEndedByItself()) return;
      this.order({ cause, why }, graceMs);
    }
    void this.process.stop(graceMs).then(({ left }) => {
      if (left.length === 0) return;
      const message = 'processes could not be ended; the kernel holds them';
      this.writeTo('validator', 'ERROR', message, { pids: left.map(({ pid }) => pid) });
    });
  }

  /** Ends processes that this rank left behind in sessions of their own. To be called when none of its workers runs. */
  async endStrays(): Promise<void> {
    this.writeLeftovers(await this.setup.host.endStrays(this.rank));
  }

  /** Detaches the process, for another engine to adopt. */
  detach(): void {
    this.process?.detach();
    this.process = null;
    this.close();
  }

  /**
   * Ends processes that an earlier engine left of this rank and that the journal lacks because its last lines were lost. Two workers at one item
   * would spoil its outputs. The reports of such a process do not count for what is handed out from now on.
   */
  async endUnrecorded(): Promise<void> {
    if (this.process !== null || this.record === undefined) return;
    await this.endStrays();
    this.reports.read();
    if (this.setup.definition.dispatch === 'queue') this.setup.host.removeInputs(this.rank);
  }

  /** Closes log and report file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.reports.close();
    this.log.close();
    this.setup.host.done(this.rank);
  }

  private get place(): { step: number; rank: number } {
    return { step: this.setup.state.step, rank: this.rank };
  }

  private get reportFile(): string {
    return reportFile(this.setup.directory, this.setup.state.step, this.rank);
  }

  private prepareStart(expanded: ExpandedCommand): void {
    this.starting = { stop: null };
    this.stopOrder = null;
    this.unsureFrom = null;
    this.mask = expanded.env['CUDA_VISIBLE_DEVICES'];
    this.beginWork();
  }

  /** Takes the started process. A stop that was requested during the start is carried out now. */
  private takeProcess(started: WorkerProcess): void {
    const stop = this.starting?.stop ?? null;
    this.process = started;
    this.starting = null;
    if (stop !== null) this.stop(stop.cause, stop.graceMs, stop.why);
  }

  private refuse(message: string): null {
    this.starting = null;
    this.log.refuse(message);
    const end = {
      outcome: 'failed',
      exit_code: null,
      signal: null,
      failure: failure('spawn-failed', message),
    } as const;
    this.setup.record({ type: 'worker-ended', ...this.place, ...end, log_offset: this.logOffset });
    this.writeTo('orchestrator', 'ERROR', 'worker could not be started', { error: message });
    return null;
  }

  private recordRunning(process: WorkerProcess, identity: ProcessIdentity | null): void {
    if (identity !== null && this.process === process)
      this.setup.record({ type: 'worker-running', ...this.place, ...identity });
  }

  /** The read of its reports may have led to an order already. */
  private order(stop: StopOrder, graceMs: number): void {
    if (this.stopOrder !== null) return;
    this.stopOrder = stop;
    const { cause } = stop;
    this.setup.record({ type: 'worker-stopping', ...this.place, cause });
    this.writeTo('orchestrator', 'INFO', 'stopping worker', { cause, grace_ms: graceMs });
  }

  /** Continues a stop of the engine before: the worker gets no more items, and the rest of the stop follows. */
  private continueStop(cause: StopCause): void {
    this.stopOrder = { cause, why: null };
    void this.process?.stop(this.setup.stopGraceMs);
  }

  private hasEndedByItself(): boolean {
    const { record } = this;
    return record !== undefined && this.setup.host.hasEnded(this.rank, record.starts);
  }

  /** Returns whether the process ended by itself and successfully. */
  private hasSucceeded(end: ProcessEnd): boolean {
    return this.endedWell(end) && this.stopCause === null;
  }

  private outcomeOf(end: ProcessEnd): WorkerOutcome {
    const { stopCause } = this;
    if (stopCause !== null) return NO_FAILURE.has(stopCause) ? 'stopped' : 'failed';
    if (this.endedWell(end)) return 'completed';
    return end.exit_code === null && end.signal === null ? 'lost' : 'failed';
  }

  private writeCommand(start: number, { command, cwd, environment }: ShownCommand): void {
    const { name, index } = this.device;
    this.writeTo('orchestrator', 'INFO', 'starting worker', { start, device: name, device_index: index });
    this.writeTo('adapter', 'INFO', 'command', { start, command, cwd, environment });
  }

  private writeLeftovers(processes: number): void {
    if (processes === 0) return;
    this.writeTo('validator', 'WARNING', 'the worker left processes behind; they were ended', { processes });
  }
}

/** Returns where unread reports may begin: those on what a worker held when an earlier engine died. null when it held nothing. */
function unreadFrom(held: readonly ItemState[]): number | null {
  return held.length === 0
    ? null
    : held.reduce((least, { report_offset }) => Math.min(least, report_offset), Number.MAX_SAFE_INTEGER);
}

/** Returns a moment in seconds after the machine's start, as the kernel counts them; 0 where it is unknown. */
function secondsAfterBoot(time: string | null): number {
  return time === null ? 0 : uptime() - (Date.now() - Date.parse(time)) / 1000;
}
