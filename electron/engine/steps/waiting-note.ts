import type { WorkerSlot } from '../workers/worker-slot.ts';
import { WAITING_AGAIN_MS } from './limits.ts';
import type { StepSetup } from './step-setup.ts';

/** Journals why a worker waits, when that changes or after a while, and says it in the orchestrator log. */
export class WaitingNote {
  private readonly setup: StepSetup;
  private readonly slot: WorkerSlot;
  private said: { kind: string; at: number } | null = null;

  constructor(setup: StepSetup, slot: WorkerSlot) {
    this.setup = setup;
    this.slot = slot;
  }

  /**
   * The worker waits.
   * @param kind what it waits for, without figures
   * @param waitMs null when nobody knows how long
   */
  say(kind: string, reason: string, waitMs: number | null): void {
    const now = performance.now();
    if (this.said?.kind === kind && now - this.said.at < WAITING_AGAIN_MS) return;
    this.said = { kind, at: now };
    const { setup, slot } = this;
    const start = (slot.record?.starts ?? 0) + 1;
    const until = waitMs === null ? null : new Date(Date.now() + waitMs).toISOString();
    setup.record({ type: 'worker-waiting', step: setup.state.step, rank: slot.rank, start, reason, until });
    setup.logs.orchestrator.write('INFO', 'worker waits', { start, reason, until }, slot);
  }

  /** It waits no more. */
  forget(): void {
    this.said = null;
  }
}
