import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DeviceRef } from '../../../shared/device.ts';
import { type Failure, failure } from '../../../shared/failure.ts';
import { workerId } from '../../../shared/ids.ts';
import type { WorkerRecord } from '../../../shared/run-state.ts';
import type { ProcessIdentity, StopCause, WorkerOutcome } from '../../../shared/worker-state.ts';
import { explainEnding } from '../failures/explain-ending.ts';
import { reportFile, stepLogsFolder, workerLog } from '../logs/log-paths.ts';
import { writeLogOpening, writeSpawnFailure } from '../logs/worker-log-opening.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import { lineBuffered } from '../pipelines/line-buffered.ts';
import { fifoFolder, fifoPath } from '../processes/fifo-folder.ts';
import {
  adoptWorkerProcess,
  endStrays,
  type ProcessEnd,
  startWorkerProcess,
  type WorkerProcess,
} from '../processes/worker-process.ts';
import { ownerFile, processRecordFile } from '../runs/run-directory.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import { type ReportHandlers, ReportTail } from './report-tail.ts';
import { placeVariables, type WorkerPlace, workerEnvironment } from './worker-environment.ts';

/** One rank of a step: its log, its report file, and the process it has now. Journals the life of the worker. */
export class WorkerSlot {
  readonly rank: number;
  readonly worker: string;
  readonly device: DeviceRef;
  readonly logPath: string;
  readonly reports: ReportTail;
  /** The process under way, or null. */
  process: WorkerProcess | null = null;
  /** Why we are ending the process; the first cause counts. */
  stopCause: StopCause | null = null;
  private readonly setup: StepSetup;
  private readonly log: number;
  private openedByUs = false;

  /** @param reportsFrom byte offset from which reports have not been dealt with */
  constructor(setup: StepSetup, rank: number, device: DeviceRef, reportsFrom: number | null, handlers: ReportHandlers) {
    this.setup = setup;
    this.rank = rank;
    this.worker = workerId(rank);
    this.device = device;
    this.logPath = workerLog(setup.directory, setup.state.step, rank);
    mkdirSync(dirname(this.logPath), { recursive: true, mode: 0o700 });
    mkdirSync(dirname(this.recordPath), { recursive: true, mode: 0o700 });
    this.log = openSync(this.logPath, 'a', 0o600);
    const reports = reportFile(setup.directory, setup.state.step, rank);
    const end = fstatSizeOf(reports);
    this.reports = new ReportTail(reports, reportsFrom ?? end, handlers);
    // The log of a rank that never gets anything to do is not empty either.
    if (this.logOffset === 0) this.writeOpening(1, null);
  }

  /** The folded record of this worker. */
  get record(): WorkerRecord | undefined {
    return this.setup.state.workers[this.rank];
  }

  /** Bytes in the worker's log now. */
  get logOffset(): number {
    return fstatSync(this.log).size;
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
    this.writeOpening((this.record?.starts ?? 0) + 1, reason);
  }

  /**
   * Starts the worker's process. A failure to start is journaled and written into the log like any other ending.
   * @param reason why it is started again, for the log; null for a first start or another item
   */
  async start(
    expanded: ExpandedCommand,
    options: { input: boolean; reason: string | null },
  ): Promise<WorkerProcess | null> {
    const { setup } = this;
    const start = (this.record?.starts ?? 0) + 1;
    const fifo = options.input ? this.makeFifoPath(start) : { path: null };
    this.stopCause = null;
    setup.record({
      type: 'worker-starting',
      step: setup.state.step,
      rank: this.rank,
      start,
      device: this.device,
      fifo: 'error' in fifo ? null : fifo.path,
      log_offset: this.logOffset,
      report_offset: this.reports.offset,
      reason: options.reason,
    });
    if ('error' in fifo) return this.refuse(fifo.error);
    const env = workerEnvironment(setup.env, expanded.env, this.place);
    const command = lineBuffered(setup.definition, expanded.command, env, expanded.cwd);
    this.logStart(start, command, expanded.cwd);
    const started = await startWorkerProcess({
      ...this.processParts(start, fifo.path),
      command,
      cwd: expanded.cwd,
      env,
      helper: setup.helper,
      logPath: this.logPath,
    });
    if ('error' in started) return this.refuse(started.error);
    this.process = started;
    void started.identity.then((identity) => this.recordRunning(started, identity));
    return started;
  }

  /** Takes over the process that an earlier engine started. */
  adopt(identity: ProcessIdentity): WorkerProcess {
    const record = this.record;
    const start = record?.starts ?? 1;
    this.writeOpening(start, null);
    this.process = adoptWorkerProcess({ ...this.processParts(start, record?.fifo ?? null), identity });
    if (record?.state.status === 'starting')
      this.setup.record({ type: 'worker-running', step: this.setup.state.step, rank: this.rank, ...identity });
    this.setup.record({ type: 'worker-adopted', step: this.setup.state.step, rank: this.rank, pid: identity.pid });
    this.setup.logs.orchestrator.write('INFO', 'worker adopted', { pid: identity.pid, start }, this);
    return this.process;
  }

  /**
   * Why the process failed; null when it ended with success or because we stopped it. Its items are judged before its end is
   * journaled, so that after a crash in between the next engine finds the worker open and judges them itself.
   */
  explainEnd(end: ProcessEnd): Failure | null {
    this.process = null;
    if (this.succeeded(end)) return null;
    const from = this.record?.start_offsets.at(-1) ?? 0;
    return explainEnding({ ...end, cause: this.stopCause, logPath: this.logPath, from });
  }

  /** Journals how the process ended, after its items were judged. */
  recordEnd(end: ProcessEnd, why: Failure | null): void {
    const outcome = outcomeOf(this.succeeded(end), this.stopCause, end);
    this.setup.record({
      type: 'worker-ended',
      step: this.setup.state.step,
      rank: this.rank,
      outcome,
      exit_code: end.exit_code,
      signal: end.signal,
      failure: why,
      log_offset: this.logOffset,
    });
    this.logEnd(end, outcome, why);
  }

  /** Asks the process to end; the first cause counts, a shorter grace makes it more urgent. */
  stop(cause: StopCause, graceMs: number): void {
    if (this.process === null) return;
    if (this.stopCause === null) {
      this.stopCause = cause;
      this.setup.record({ type: 'worker-stopping', step: this.setup.state.step, rank: this.rank, cause });
      this.setup.logs.orchestrator.write('INFO', 'stopping worker', { cause, grace_ms: graceMs }, this);
    }
    void this.process.stop(graceMs).then(({ left }) => {
      if (left.length === 0) return;
      const pids = left.map(({ pid }) => pid);
      this.setup.logs.validator.write('ERROR', 'processes could not be ended; the kernel holds them', { pids }, this);
    });
  }

  /** Ends what processes of this rank left behind in sessions of their own; to be called when none of them runs. */
  async endStrays(): Promise<void> {
    const { table, run, state, stopGraceMs } = this.setup;
    this.logLeftovers(await endStrays(table, { pgid: null, run, step: state.step, rank: this.rank }, stopGraceMs));
  }

  /** Closes log and report file. */
  close(): void {
    this.reports.close();
    closeSync(this.log);
  }

  private succeeded(end: ProcessEnd): boolean {
    const { success_exit_codes } = this.setup.definition;
    return end.exit_code !== null && success_exit_codes.includes(end.exit_code) && this.stopCause === null;
  }

  private get recordPath(): string {
    return processRecordFile(this.setup.directory, this.setup.state.step, this.worker);
  }

  private get place(): WorkerPlace {
    const { setup } = this;
    return {
      run: setup.run,
      step: setup.state.step,
      rank: this.rank,
      worldSize: setup.devices.length,
      device: this.device,
      reportFile: reportFile(setup.directory, setup.state.step, this.rank),
      logFolder: stepLogsFolder(setup.directory, setup.state.step),
      outputFolder: setup.outputDir,
    };
  }

  /** A folder for FIFOs that others may write to, or that cannot be made, is a reason not to start. */
  private makeFifoPath(start: number): { path: string } | { error: string } {
    const { env, run, state } = this.setup;
    try {
      return { path: fifoPath(fifoFolder(env), run, state.step, this.rank, start) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  private processParts(start: number, fifo: string | null) {
    return {
      table: this.setup.table,
      run: this.setup.run,
      step: this.setup.state.step,
      rank: this.rank,
      start,
      fifo,
      record: this.recordPath,
      launcher: this.setup.runtime.launcher,
      owner: ownerFile(this.setup.directory),
      stopGraceMs: this.setup.stopGraceMs,
      thorough: this.setup.definition.dispatch !== 'each',
    };
  }

  private writeOpening(start: number, reason: string | null): void {
    const restart = reason === null ? undefined : { start, reason };
    if (this.openedByUs && restart === undefined) return;
    writeLogOpening(this.log, {
      rank: this.rank,
      path: this.logPath,
      time: new Date(),
      engineStart: !this.openedByUs,
      restart,
    });
    if (!this.openedByUs) this.setup.scan(this.rank, this.logPath);
    this.openedByUs = true;
  }

  private refuse(message: string): null {
    writeSpawnFailure(this.log, { rank: this.rank, path: this.logPath, time: new Date(), message });
    this.setup.record({
      type: 'worker-ended',
      step: this.setup.state.step,
      rank: this.rank,
      outcome: 'failed',
      exit_code: null,
      signal: null,
      failure: failure('spawn-failed', message),
      log_offset: this.logOffset,
    });
    this.setup.logs.orchestrator.write('ERROR', 'worker could not be started', { error: message }, this);
    return null;
  }

  private recordRunning(process: WorkerProcess, identity: ProcessIdentity | null): void {
    if (identity === null || this.process !== process) return;
    this.setup.record({ type: 'worker-running', step: this.setup.state.step, rank: this.rank, ...identity });
  }

  private logStart(start: number, command: readonly string[], cwd: string): void {
    const { adapter, orchestrator } = this.setup.logs;
    orchestrator.write(
      'INFO',
      'starting worker',
      { start, device: this.device.name, device_index: this.device.index },
      this,
    );
    adapter.write('INFO', 'command', { start, command, cwd, environment: placeVariables(this.place) }, this);
  }

  private logEnd(end: ProcessEnd, outcome: WorkerOutcome, why: Failure | null): void {
    const { orchestrator } = this.setup.logs;
    const level = outcome === 'failed' || outcome === 'lost' ? 'ERROR' : 'INFO';
    const { exit_code, signal } = end;
    orchestrator.write(level, `worker ${outcome}`, { exit_code, signal, ...(why === null ? {} : why) }, this);
    this.logLeftovers(end.leftovers);
  }

  private logLeftovers(processes: number): void {
    if (processes === 0) return;
    const { validator } = this.setup.logs;
    validator.write('WARNING', 'the worker left processes behind; they were ended', { processes }, this);
  }
}

function outcomeOf(success: boolean, cause: StopCause | null, end: ProcessEnd): WorkerOutcome {
  if (cause === 'run-stopped' || cause === 'run-killed' || cause === 'engine-ending' || cause === 'leftover')
    return 'stopped';
  if (cause !== null) return 'failed';
  if (success) return 'completed';
  return end.exit_code === null && end.signal === null ? 'lost' : 'failed';
}

function fstatSizeOf(path: string): number {
  const file = openSync(path, 'a+', 0o600);
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
