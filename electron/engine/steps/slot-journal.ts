import type { DeviceRef } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { ProcessIdentity, StopCause, WorkerOutcome } from '../../../shared/run/worker-state.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import type { StepSetup } from './step-setup.ts';
import { placeVariables, type WorkerPlace } from './worker-environment.ts';

/** Stops that are no failure of the worker, or one that has been told of its item. */
const NO_FAILURE: ReadonlySet<StopCause> = new Set<StopCause>([
  'run-stopped',
  'run-killed',
  'engine-ending',
  'leftover',
  'replaced',
]);

/** Where a worker's log and report file ended when something happened, bytes. */
interface Offsets {
  log_offset: number;
  report_offset: number;
}

/** Tells of the life of one worker: events in the journal, which change its state, and lines in the component logs of its step. */
export class SlotJournal {
  private readonly setup: StepSetup;
  private readonly rank: number;
  private readonly slot: { worker: string };

  constructor(setup: StepSetup, rank: number) {
    this.setup = setup;
    this.rank = rank;
    this.slot = { worker: workerId(rank) };
  }

  /** Before anything of a start is done, so that an engine after this one knows that there may be a process. */
  starting(start: { start: number; device: DeviceRef; fifo: string | null; reason: string | null } & Offsets): void {
    this.setup.record({ type: 'worker-starting', ...this.place, ...start });
  }

  command(start: number, command: readonly string[], cwd: string, place: WorkerPlace): void {
    const { adapter, orchestrator } = this.setup.logs;
    const { name, index } = place.device;
    orchestrator.write('INFO', 'starting worker', { start, device: name, device_index: index }, this.slot);
    adapter.write('INFO', 'command', { start, command, cwd, environment: placeVariables(place) }, this.slot);
  }

  running(identity: ProcessIdentity): void {
    this.setup.record({ type: 'worker-running', ...this.place, ...identity });
  }

  notStarted(why: Failure, log_offset: number): void {
    const end = { outcome: 'failed', exit_code: null, signal: null, failure: why, log_offset } as const;
    this.setup.record({ type: 'worker-ended', ...this.place, ...end });
    this.setup.logs.orchestrator.write('ERROR', 'worker could not be started', { error: why.evidence }, this.slot);
  }

  adopted(pid: number, start: number): void {
    this.setup.record({ type: 'worker-adopted', ...this.place, pid });
    this.setup.logs.orchestrator.write('INFO', 'worker adopted', { pid, start }, this.slot);
  }

  stopping(cause: StopCause, graceMs: number): void {
    this.setup.record({ type: 'worker-stopping', ...this.place, cause });
    this.setup.logs.orchestrator.write('INFO', 'stopping worker', { cause, grace_ms: graceMs }, this.slot);
  }

  ended(end: ProcessEnd, outcome: WorkerOutcome, why: Failure | null, log_offset: number): void {
    const { exit_code, signal } = end;
    this.setup.record({
      type: 'worker-ended',
      ...this.place,
      outcome,
      exit_code,
      signal,
      failure: why,
      log_offset,
    });
    const level = outcome === 'failed' || outcome === 'lost' ? 'ERROR' : 'INFO';
    const fields = { exit_code, signal, ...(why === null ? {} : why) };
    this.setup.logs.orchestrator.write(level, `worker ${outcome}`, fields, this.slot);
    this.leftovers(end.leftovers);
  }

  leftovers(processes: number): void {
    if (processes === 0) return;
    const message = 'the worker left processes behind; they were ended';
    this.setup.logs.validator.write('WARNING', message, { processes }, this.slot);
  }

  /** Processes that not even SIGKILL ends. */
  unkillable(pids: readonly number[]): void {
    const message = 'processes could not be ended; the kernel holds them';
    this.setup.logs.validator.write('ERROR', message, { pids }, this.slot);
  }

  private get place(): { step: number; rank: number } {
    return { step: this.setup.state.step, rank: this.rank };
  }
}

/** Whether a process ended by itself and well. */
export function succeeded(end: ProcessEnd, stopCause: StopCause | null, successCodes: readonly number[]): boolean {
  return end.exit_code !== null && successCodes.includes(end.exit_code) && stopCause === null;
}

/** What a process's end is called. */
export function outcomeOf(success: boolean, cause: StopCause | null, end: ProcessEnd): WorkerOutcome {
  if (cause !== null) return NO_FAILURE.has(cause) ? 'stopped' : 'failed';
  if (success) return 'completed';
  return end.exit_code === null && end.signal === null ? 'lost' : 'failed';
}
