import type { Failure } from '../../../shared/failure.ts';
import type { WorkerOutcome } from '../../../shared/worker-state.ts';
import type { ProcessEnd } from '../processes/worker-process.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import { placeVariables, type WorkerPlace } from './worker-environment.ts';

/** What the component logs of a step say about the life of one worker. */
export class SlotNotes {
  private readonly setup: StepSetup;
  private readonly slot: { worker: string };

  constructor(setup: StepSetup, worker: string) {
    this.setup = setup;
    this.slot = { worker };
  }

  starting(start: number, command: readonly string[], cwd: string, place: WorkerPlace): void {
    const { adapter, orchestrator } = this.setup.logs;
    const { name, index } = place.device;
    orchestrator.write('INFO', 'starting worker', { start, device: name, device_index: index }, this.slot);
    adapter.write('INFO', 'command', { start, command, cwd, environment: placeVariables(place) }, this.slot);
  }

  notStarted(error: string): void {
    this.setup.logs.orchestrator.write('ERROR', 'worker could not be started', { error }, this.slot);
  }

  adopted(pid: number, start: number): void {
    this.setup.logs.orchestrator.write('INFO', 'worker adopted', { pid, start }, this.slot);
  }

  stopping(cause: string, graceMs: number): void {
    this.setup.logs.orchestrator.write('INFO', 'stopping worker', { cause, grace_ms: graceMs }, this.slot);
  }

  ended({ exit_code, signal, leftovers }: ProcessEnd, outcome: WorkerOutcome, why: Failure | null): void {
    const level = outcome === 'failed' || outcome === 'lost' ? 'ERROR' : 'INFO';
    const fields = { exit_code, signal, ...(why === null ? {} : why) };
    this.setup.logs.orchestrator.write(level, `worker ${outcome}`, fields, this.slot);
    this.leftovers(leftovers);
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
}
