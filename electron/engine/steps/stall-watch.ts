import type { WorkerSlot } from '../workers/worker-slot.ts';
import { STALL_CHECK_MAX_MS, STALL_CHECK_MIN_MS, STALL_CHECK_SHARE } from './limits.ts';
import type { StepRun } from './step-run.ts';

/** Notices a worker that neither prints nor reports for longer than the step allows while it has something to do. */
export class StallWatch {
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly timer: NodeJS.Timeout;
  private seen = '';
  private since = performance.now();
  private warned = false;

  constructor(run: StepRun, slot: WorkerSlot) {
    this.run = run;
    this.slot = slot;
    const limitMs = run.setup.definition.stall_timeout_seconds * 1000;
    const pause = Math.min(STALL_CHECK_MAX_MS, Math.max(STALL_CHECK_MIN_MS, limitMs * STALL_CHECK_SHARE));
    this.timer = setInterval(() => this.look(limitMs), pause);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(limitMs: number): void {
    const held = this.slot.record?.holding ?? [];
    const signs = `${this.slot.logOffset} ${this.slot.reports.offset} ${held.join(' ').slice(0, 100)} ${this.slot.record?.starts ?? 0}`;
    if (this.slot.process === null || held.length === 0 || signs !== this.seen) {
      this.seen = signs;
      this.since = performance.now();
      this.warned = false;
      return;
    }
    if (performance.now() - this.since < limitMs || this.warned) return;
    this.warned = true;
    this.say(limitMs);
    if (this.run.setup.definition.on_stall === 'restart') this.slot.stop('stalled', this.run.setup.stopGraceMs);
  }

  private say(limitMs: number): void {
    const [index] = this.slot.record?.holding ?? [];
    const file = index === undefined ? null : this.run.item(index).file;
    const fields = { seconds: limitMs / 1000, file, on_stall: this.run.setup.definition.on_stall };
    this.run.setup.logs.validator.write('WARNING', 'stalled: no output and no report for too long', fields, this.slot);
  }
}
