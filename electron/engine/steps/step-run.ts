import type { StopCause } from '../../../shared/run/worker-state.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import type { StepContext } from '../pipelines/step-values.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import { ItemDesk } from './item-desk.ts';
import { LeaveTaking } from './leave-taking.ts';
import { loweredParameters } from './memory-ladder.ts';
import type { StepSetup } from './step-setup.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** The course of a step, whatever its dispatch: whether it may go on, how it is stopped or left, and who waits for a change of it. */
export class StepRun {
  readonly setup: StepSetup;
  readonly items: ItemDesk;
  /** Set once the run is being stopped: nothing is handed out any more. */
  stopping: { cause: StopCause; graceMs: number } | null = null;
  /** Why no worker is left that could go on; null while there is one. */
  exhausted: string | null = null;
  /** How this engine lets go of the step so that another one goes on with it. */
  readonly leaveTaking = new LeaveTaking();
  private waiting: (() => void)[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(setup: StepSetup) {
    this.setup = setup;
    this.items = new ItemDesk(setup, () => this.changed());
    this.leaveTaking.endWith(() => this.items.stopResting());
  }

  get step(): number {
    return this.setup.state.step;
  }

  /** What placeholders stand for in all of the step. */
  get context(): StepContext {
    const { setup } = this;
    return {
      outputDir: setup.outputDir,
      runDirectory: setup.directory,
      pipelineDir: setup.pipelineDir,
      resources: setup.runtime.resources,
      python: setup.python,
      node: setup.runtime.node,
      parameters: loweredParameters(setup.parameters, setup.state),
    };
  }

  /** Whether nothing is handed out any more: the step is done or stopped, or no worker is left. */
  get isOver(): boolean {
    return this.stopping !== null || this.exhausted !== null || this.items.isDone;
  }

  /** Starts a worker; a stop that was asked for meanwhile is acted on at once. */
  async start(
    slot: WorkerSlot,
    command: ExpandedCommand,
    options: { input: boolean; reason: string | null },
  ): Promise<WorkerProcess | null> {
    const starting = slot.start(command, options);
    this.leaveTaking.track(starting);
    const process = await starting;
    if (this.stopping !== null) slot.stop(this.stopping.cause, this.stopping.graceMs);
    this.changed();
    return process;
  }

  /** Stops the step: nothing is handed out any more and every worker is ended. Again with a shorter grace it becomes more urgent. */
  stop(slots: readonly WorkerSlot[], cause: StopCause, graceMs: number): void {
    if (this.leaveTaking.isGone) return;
    this.stopping = { cause, graceMs };
    this.items.stopResting();
    for (const slot of slots) slot.stop(cause, graceMs);
    this.changed();
  }

  /** Ends the step's workers because the engine cannot go on with it. */
  abandon(slots: readonly WorkerSlot[]): void {
    this.stop(slots, 'engine-ending', this.setup.stopGraceMs);
  }

  /** No worker is left: what is pending stays so. */
  exhaust(reason: string): void {
    this.exhausted = reason;
    this.items.stopResting();
    this.changed();
  }

  /** Whether the worker was ended because the run was stopped. */
  wasStopped({ stopCause }: WorkerSlot): boolean {
    return stopCause === 'run-stopped' || stopCause === 'run-killed' || stopCause === 'engine-ending';
  }

  /** Lets go of the workers without ending them. @returns false when that is not possible now; then the step goes on as before */
  async leave(slots: readonly WorkerSlot[]): Promise<boolean> {
    const left = await this.leaveTaking.leave(slots, () => this.stopping === null);
    if (!left) this.changed();
    return left;
  }

  /** Whether something may be started or handed out now: not when the step is about to be left, nor while a disk is nearly full. */
  get mayHandOut(): boolean {
    return !this.leaveTaking.isHeld && this.setup.disks.low === null;
  }

  /** Resolves when something may be handed out, or nothing is any more. */
  async mayGoOn(): Promise<void> {
    while (!this.mayHandOut && !this.isOver) await this.nextChange();
  }

  /** Resolves after a while, or when the step is over. */
  async pause(ms: number): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, ms);
    const forget = this.leaveTaking.endWith(() => clearTimeout(handle));
    while (
      !this.isOver &&
      !(await Promise.race([timer.promise.then(() => true), this.nextChange().then(() => false)]))
    );
    clearTimeout(handle);
    forget();
  }

  /** Resolves at the next change of the items, or when the step is being stopped. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Calls back at every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Wakes whoever waits for a change. */
  changed(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
    for (const listener of this.listeners) listener();
  }
}
