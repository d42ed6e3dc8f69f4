import type { Begin } from '../../../shared/contract/launch.ts';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { workerId } from '../../../shared/ids.ts';
import { withItems } from '../../../shared/run/log-problems.ts';
import type { ItemCounts, RunEndStatus, RunEvent, RunEventBody } from '../../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { applyRunEvent, hasEnded, totalCounts } from '../../../shared/run/run-state.ts';
import { expectedEnd } from '../../../shared/run/run-status.ts';
import { reportedUntil } from '../../../shared/run/run-time.ts';
import { MachineSigns } from '../failures/machine-signs.ts';
import type { Environment } from '../files/data-home.ts';
import { DeviceLeases } from '../leases/device-leases.ts';
import type { ComponentLog, LogLevel } from '../logs/component-log.ts';
import { LiveFindings } from '../observe/live-findings.ts';
import { StepScan } from '../observe/step-scan.ts';
import type { OutputClaim } from '../outputs/claim-output-folder.ts';
import { OutputDigests } from '../outputs/output-digests.ts';
import { LaunchHelper } from '../processes/launch-helper.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import { removeRunGroups } from '../processes/worker-group.ts';
import { type Observations, readObservations } from '../records/metrics/recorded-observations.ts';
import type { JournalWriter } from '../run-directory/journal-writer.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import type { Ownership } from '../run-directory/owner-file.ts';
import type { RunningStep } from '../steps/start-step.ts';
import type { StepLogs } from '../steps/step-setup.ts';
import type { DeviceMeter } from './device-meter.ts';
import { LogBudget, logBudget } from './run-logs.ts';

/** A clock that is kept right drifts by less (milliseconds). A larger difference means that it was set, or that the machine slept. */
const CLOCK_SET_MS = 1_000;

/** How often the clock of the machine is checked while nothing is journaled (milliseconds). */
const CLOCK_CHECK_MS = 200;

/** What the owner of a run works with. */
export interface SessionParts {
  directory: string;
  home: string;
  metadata: Metadata;
  state: RunState;
  ownership: Ownership;
  journal: JournalWriter;
  runLog: ComponentLog;
  table: ProcessTable;
  runtime: RuntimeFolder;
  env: Environment;
  /** What workers inherit of it. */
  workerEnv: Environment;
  stopGraceMs: number;
  /** The first pause before something is tried again. */
  restartPauseMs: number;
  /** When it begins. */
  begin: Begin;
  /** Whether results that other runs or people have put in place of the run's own may be replaced. */
  overwrite: boolean;
  /** Bytes that are to stay free on disks that the run writes to, 0 for no limit; null for the default. */
  keepFree: number | null;
}

/** A run that this process owns: the one place where its journal is written and its state changes. */
export class RunSession {
  readonly parts: SessionParts;
  /** What its workers print, and what happens inside items and on devices. */
  readonly findings = new LiveFindings(() => this.meter);
  readonly scan: StepScan;
  readonly helper: LaunchHelper;
  /** Computes digests of the outputs. */
  readonly digests: OutputDigests;
  /** Signs of the machine about the ends of workers. */
  readonly machine: MachineSigns;
  meter: DeviceMeter | null = null;
  /** When this engine took the run, milliseconds since 1970. */
  readonly begun = Date.now();
  /** Since this engine took the run; null before. */
  private clock: SessionClock | null = null;
  /** Samples of devices and problems that earlier engines recorded; read before this one writes its own. */
  readonly earlier: Observations;
  /** The claim to the folder that the outputs were to go to; null where none was given. */
  outputClaim: OutputClaim | null = null;
  /** Whether another run has replaced what stands at a path; found out before the run goes on. */
  isReplaced: (path: string) => boolean = () => false;
  /** The devices that it has. */
  readonly leases: DeviceLeases;
  /** Called when it was moved in the queue; null while it does not wait. */
  onMoved: (() => void) | null = null;
  /** The logs of the step under way. */
  stepLogs: StepLogs | null = null;
  private readonly budget: LogBudget;
  private readonly hurryUp = new AbortController();
  private readonly callOff = new AbortController();
  /** The step under way. */
  private step: RunningStep | null = null;
  private stopAsked: { force: boolean } | null = null;
  private leaveState: 'here' | 'leaving' | 'left' = 'here';
  private hasReportedRecordTrouble = false;
  private hasReportedUnshared = false;
  /** Problems of the run itself, by text. They have no place in a worker's log, so a number takes the place of the offset. */
  private readonly ownProblems: Map<string, LogProblem>;
  private clockTimer: NodeJS.Timeout | null = null;

  constructor(parts: SessionParts) {
    this.parts = parts;
    const { runtime, table, workerEnv, home, env } = parts;
    this.leases = new DeviceLeases({
      place: { home, env, table },
      run: parts.metadata.run,
      pipeline: parts.metadata.pipeline,
      expectedEnd: () => expectedEnd(this.state, new Date()),
      onUnshared: (why) => this.reportUnshared(why),
    });
    this.earlier = readObservations(parts.directory);
    this.ownProblems = new Map(this.earlier.problems.flatMap((one) => (one.step === 0 ? [[one.text, one]] : [])));
    this.helper = new LaunchHelper({ node: process.execPath, script: runtime.launchHelper, base: workerEnv, table });
    this.digests = new OutputDigests(parts.directory, parts.state);
    this.machine = new MachineSigns(parts.env);
    this.scan = new StepScan({
      record: (body) => this.record(body),
      liveState: this.findings.state,
      onProblems: (problems) => this.takeProblems(problems),
      onTokens: ({ rank }, { tokens, requests }) =>
        this.stepLogs?.metrics.write('INFO', 'tokens so far', { ...tokens, requests }, { worker: workerId(rank) }),
    });
    this.budget = new LogBudget(parts.directory, logBudget(parts.env['DROVER_LOG_BUDGET']), (text) => this.warn(text));
  }

  get run(): string {
    return this.parts.metadata.run;
  }

  get state(): RunState {
    return this.parts.state;
  }

  /** Aborted when a stop is requested after the run has ended: the rest of the recording is then cut short. */
  get hurry(): AbortSignal {
    return this.hurryUp.signal;
  }

  /** Aborted when the run is stopped or handed over: whatever it waits for, it waits no longer. */
  get calledOff(): AbortSignal {
    return this.callOff.signal;
  }

  /**
   * Writes to a log of the step under way; before the first and after the last step to the log of the run.
   * @param component the step's log that it belongs to
   */
  log(level: LogLevel, component: keyof StepLogs, message: string, fields?: Readonly<Record<string, unknown>>): void {
    (this.stepLogs?.[component] ?? this.parts.runLog).write(level, message, fields);
  }

  /** Whether the run is being stopped. */
  get isStopping(): boolean {
    return this.stopAsked !== null;
  }

  /** Whether the run is being handed over to another engine: no step begins any more, and the step under way is not judged. */
  get isLeaving(): boolean {
    return this.leaveState !== 'here';
  }

  /** Journals an event and applies it to the state. */
  record(body: RunEventBody): RunEvent {
    // The next owner finds out what happened after the run was detached.
    if (this.leaveState === 'left') return { time: new Date().toISOString(), ...body };
    if (body.type !== 'owner-taken') this.noteClock();
    const event = this.parts.journal.append(body);
    applyRunEvent(this.parts.state, event);
    if (event.type === 'owner-taken') this.clock = new SessionClock();
    // A run that waits has no durations that a clock could falsify.
    if (this.state.status === 'running')
      this.clockTimer ??= setInterval(() => this.noteClock(), CLOCK_CHECK_MS).unref();
    if (event.type === 'item-complete' && event.outputs.length > 0) this.digests.note(event.step, event.item);
    return event;
  }

  /** Returns the time by the clock with which this engine took the run, in milliseconds since 1970. */
  now(): number {
    this.noteClock();
    return reportedUntil(this.state, true, Date.now());
  }

  /** Sets the step under way, which a stop is passed on to. A stop that was requested before takes effect at once. */
  enterStep(step: RunningStep): void {
    this.step = step;
    if (this.stopAsked !== null) this.stopStep(this.stopAsked.force);
  }

  /** Unsets the step under way: it is over. */
  exitStep(): void {
    this.step = null;
  }

  /**
   * Detaches the run without ending its workers, which the next owner adopts. Here it is over then, without an end in the journal.
   * @returns false when the run is being stopped, has ended, or cannot be detached now; then it goes on as before
   */
  async leave(): Promise<boolean> {
    if (this.isStopping || this.isLeaving || hasEnded(this.state)) return false;
    this.leaveState = 'leaving';
    this.callOff.abort();
    // Between two steps the execution of the run checks this; a run that is about to end ends here.
    if (this.step === null) return true;
    const left = await this.step.leave();
    this.leaveState = left ? 'left' : 'here';
    return left;
  }

  /** Stops the run in order, or kills its workers at once. A later request with `force` replaces one without. */
  stop(request: { by: string; force: boolean }): void {
    if (hasEnded(this.state)) return this.hurryUp.abort();
    if (this.leaveState === 'left') return;
    if (this.stopAsked !== null && (this.stopAsked.force || !request.force)) return;
    this.stopAsked = { force: request.force };
    this.callOff.abort();
    this.record({ type: 'stop-requested', by: request.by, force: request.force });
    this.parts.runLog.write('WARNING', request.force ? 'forced stop' : 'stop', { by: request.by });
    this.stopStep(request.force);
  }

  /**
   * Reports that the journal cannot be written, or (null) that it can again. The run's log is on the same disk, so clients that watch the run
   * are notified as well. The run goes on as far as it can and does not end before everything is journaled.
   */
  reportJournalTrouble(error: string | null): void {
    const text =
      error === null
        ? 'the journal can be written again; nothing was lost'
        : `the journal cannot be written: ${error}; free space on the disk of ${this.parts.directory}, the run waits for it`;
    this.parts.runLog.write(error === null ? 'INFO' : 'ERROR', text);
    this.report(error === null ? 'warning' : 'error', text);
  }

  /** Reports why this engine cannot go on, so that the log of the interrupted run has the reason. */
  reportBreakdown(error: unknown): void {
    const text = `the engine could not go on; "drover resume ${this.run}" tries again`;
    const [message, stack] = error instanceof Error ? [error.message, error.stack ?? ''] : [String(error), ''];
    this.parts.runLog.write('ERROR', text, { error: stack === '' ? message : stack });
    this.report('error', `${text}: ${message}`);
  }

  /** Reports that a record of the end cannot be written; clients that watch the run are notified once. */
  reportRecordTrouble(error: string): void {
    this.parts.runLog.write('ERROR', 'a record could not be written', { error });
    if (this.hasReportedRecordTrouble) return;
    this.hasReportedRecordTrouble = true;
    const advice = `free space on the disk of ${this.parts.directory}, then "drover resume ${this.run}" writes them`;
    this.report('error', `summary or other records of the run cannot be written: ${error}; ${advice}`);
  }

  /** Reports a warning about a worker. A click on it opens the log of the worker's present start. */
  warnAboutWorker({ step, rank }: { step: number; rank: number }, text: string): void {
    const offset = this.state.steps[step - 1]?.workers[rank]?.start_offsets.at(-1) ?? 0;
    this.takeProblems([{ step, worker: workerId(rank), level: 'warning', text, count: 1, offset }]);
  }

  /** Measures the logs now. A warning about them is reported once. */
  checkLogs(): void {
    this.budget.check();
  }

  /** Logs once that Drovers of other users do not see which devices the run has. */
  private reportUnshared(why: string): void {
    if (this.hasReportedUnshared) return;
    this.hasReportedUnshared = true;
    this.log('WARNING', 'validator', `other users do not see which devices this run has: ${why}`);
  }

  /** Warns of something about the run: to clients that watch it, in a log, and in the summary. */
  warn(text: string): void {
    this.log('WARNING', 'validator', text);
    this.report('warning', text);
  }

  /** Notifies clients of a problem of the run itself; a repeated one is counted. */
  private report(level: LogProblem['level'], text: string): void {
    const known = this.ownProblems.get(text);
    const counted = { step: 0, worker: 'run', level, text, count: (known?.count ?? 0) + 1 };
    const offset = known?.offset ?? this.ownProblems.size;
    this.ownProblems.set(text, { ...counted, offset });
    this.takeProblems([{ ...counted, offset }]);
  }

  /** Ends what the session started, apart from the run itself. */
  async close(): Promise<void> {
    if (this.clockTimer !== null) clearInterval(this.clockTimer);
    this.findings.close();
    this.budget.stop();
    this.helper.close();
    await Promise.all([
      this.digests.end({ atOnce: this.isLeaving }),
      this.scan.close(),
      this.meter?.stop(),
      this.parts.runLog.close(),
    ]);
    await this.parts.journal.close();
    removeRunGroups(this.run);
    this.outputClaim?.release();
    this.leases.release(this.isLeaving && !this.isStopping);
    this.parts.ownership.release();
  }

  /** Returns how the run ended, by the states of its steps. */
  outcome(): RunEndStatus {
    if (this.isStopping) return 'stopped';
    const statuses = this.state.steps.map(({ status }) => status);
    if (!statuses.every(isDone)) return 'failed';
    return statuses.includes('completed-with-failures') ? 'completed-with-failures' : 'completed';
  }

  private stopStep(force: boolean): void {
    this.step?.stop(force ? 'run-killed' : 'run-stopped', force ? 0 : this.parts.stopGraceMs);
  }

  private takeProblems(problems: LogProblem[]): void {
    this.findings.addProblems(withItems(this.state, problems));
  }

  /** Journals that the clock of the machine was set, so that durations are computed from the time that has passed. */
  private noteClock(): void {
    if (this.clock === null || hasEnded(this.state) || this.leaveState === 'left') return;
    const ahead = this.clock.ahead();
    if (Math.abs(ahead - this.state.clock) < CLOCK_SET_MS) return;
    const milliseconds = Math.round(ahead - this.state.clock);
    applyRunEvent(this.state, this.parts.journal.append({ type: 'clock-set', milliseconds }));
    this.parts.runLog.write('WARNING', 'the clock of the machine was set', { seconds: milliseconds / 1000 });
  }
}

/** Returns whether nothing of a step is left to do. */
function isDone(status: StepState['status']): boolean {
  return status === 'completed' || status === 'completed-with-failures';
}

/** Returns the progress of a run that this process owns. */
export function progressOf(session: RunSession): OwnedProgress {
  const { run, state, isStopping } = session;
  return { run, pipeline: state.pipeline, name: state.name, stopping: isStopping, items: totalCounts(state) };
}

/** Measures how far the clock of the machine differs from the time that has passed since this was made. */
export class SessionClock {
  private readonly wall: () => number;
  private readonly passed: () => number;
  private readonly origin: number;

  /** @param clocks milliseconds since 1970, and milliseconds of a clock that cannot be set */
  constructor({
    wall = Date.now,
    passed = () => performance.now(),
  }: { wall?: () => number; passed?: () => number } = {}) {
    this.wall = wall;
    this.passed = passed;
    this.origin = wall() - passed();
  }

  /** Milliseconds; negative when the clock was set back. */
  ahead(): number {
    return this.wall() - this.passed() - this.origin;
  }
}

/** The progress of a run that this process owns. */
export interface OwnedProgress {
  run: string;
  pipeline: string;
  name: string | null;
  stopping: boolean;
  /** Of all steps, as far as their files are known. */
  items: ItemCounts;
}
