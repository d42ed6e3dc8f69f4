import type { StopCause } from '../../../shared/run/worker-state.ts';
import type { CommandContext, ExpandedCommand } from '../pipelines/expand-step.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import type { StepContext } from '../pipelines/step-values.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import { Handover } from './handover.ts';
import { ItemQueue } from './item-queue.ts';
import { loweredParameters } from './memory-ladder.ts';
import type { StepSetup } from './step-setup.ts';
import { type StartOptions, Worker } from './worker.ts';

/** The state of a running step, whatever its dispatch: whether it may go on, how it is stopped or handed over, and who waits for a change. */
export class StepRun {
  readonly setup: StepSetup;
  readonly items: ItemQueue;
  /** One per rank. */
  readonly workers: readonly Worker[];
  /** Set once the run is being stopped: nothing is handed out any more. */
  stopping: { cause: StopCause; graceMs: number } | null = null;
  /** Why no worker is left that could go on; null while there is one. */
  exhausted: string | null = null;
  readonly handover = new Handover();
  private waiting: (() => void)[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(setup: StepSetup) {
    this.setup = setup;
    this.items = new ItemQueue(setup, () => this.changed());
    this.workers = setup.devices.map((device, rank) => new Worker(setup, rank, device));
    this.handover.endWith(() => this.items.stopRetries());
  }

  get step(): number {
    return this.setup.state.step;
  }

  /** The values of placeholders that hold for the whole step, with the parameters as they are now. */
  private get context(): StepContext {
    const { values, state } = this.setup;
    return { ...values, parameters: loweredParameters(values.parameters, state) };
  }

  /** Returns the command of a worker. @param what the values of an item or a list, beside those of the step and the worker */
  command(
    { rank, device }: Worker,
    what: Pick<CommandContext, 'item' | 'list'> = {},
  ): ReturnType<typeof expandCommand> {
    const { definition, devices } = this.setup;
    const worker = { rank, worldSize: devices.length, device };
    return expandCommand(definition, { step: this.context, worker, ...what });
  }

  /** Whether nothing is handed out any more: the step is done or stopped, or no worker is left. */
  get isOver(): boolean {
    return this.stopping !== null || this.exhausted !== null || this.items.isDone;
  }

  /** Starts a worker. A stop that was requested meanwhile is carried out at once. */
  async start(worker: Worker, command: ExpandedCommand, options: StartOptions): Promise<WorkerProcess | null> {
    const starting = worker.start(command, options);
    this.handover.track(starting);
    const process = await starting;
    if (this.stopping !== null) worker.stop(this.stopping.cause, this.stopping.graceMs);
    this.changed();
    return process;
  }

  /** Stops the step: nothing is handed out any more and every worker is ended. A second call with a shorter grace period makes it more urgent. */
  stop(cause: StopCause, graceMs: number): void {
    if (this.handover.isGone) return;
    this.stopping = { cause, graceMs };
    this.items.stopRetries();
    for (const worker of this.workers) worker.stop(cause, graceMs);
    this.changed();
  }

  /** Notes that no worker is left. Pending items stay pending. */
  exhaust(reason: string): void {
    this.exhausted = reason;
    this.items.stopRetries();
    this.changed();
  }

  /** Detaches the workers without ending them. @returns false when that is not possible now. Then the step goes on as before. */
  async leave(): Promise<boolean> {
    const left = await this.handover.leave(this.workers, () => this.stopping === null);
    if (!left) this.changed();
    return left;
  }

  /** Whether something may be started or handed out now: not when the step is about to be handed over, nor while a disk is nearly full. */
  get mayHandOut(): boolean {
    return !this.handover.isHeld && this.setup.disks.low === null;
  }

  /** Waits until something may be handed out, or the step is over. */
  async waitForHandOut(): Promise<void> {
    while (!this.mayHandOut && !this.isOver) await this.nextChange();
  }

  /** Waits for this time, or until the step is over. */
  async pause(ms: number): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, ms);
    const unregister = this.handover.endWith(() => clearTimeout(handle));
    while (
      !this.isOver &&
      !(await Promise.race([timer.promise.then(() => true), this.nextChange().then(() => false)]))
    );
    clearTimeout(handle);
    unregister();
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

  /** Notifies whoever waits for a change. */
  changed(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
    for (const listener of this.listeners) listener();
  }

  /**
   * Waits for all ranks of the step. When one throws (a bug, or a disk that fails), the workers are ended and the others waited for, so that no
   * worker goes on without an owner. Then the first error is thrown.
   */
  together(ranks: readonly Promise<void>[]): Promise<void> {
    return runTogether(ranks, () => this.stop('engine-ending', this.setup.stopGraceMs));
  }
}

/** Waits for all parts. When one throws, `onFailure` is called and the others are waited for. Then the first error is thrown. */
export async function runTogether(parts: readonly Promise<void>[], onFailure: () => void): Promise<void> {
  const watched = parts.map((part) =>
    part.catch((error: unknown) => {
      onFailure();
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(watched)).find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
