import { pauseText } from '../../../shared/run/dispatch-pause.ts';
import type { LowDisk } from '../disk/disk-watch.ts';
import type { StepRun } from './step-run.ts';

/** The reason why a worker waits is journaled again after this time, because its figures change all the time. */
export const WAITING_AGAIN_MS = 60_000;

/**
 * Journals that hand-outs pause because a disk is nearly full, and that they go on. The disk watch makes the decision itself: whoever hands out asks
 * `StepRun.mayHandOut`.
 */
export class PauseReporter {
  private readonly run: StepRun;
  private readonly unsubscribe: (() => void)[];
  private reported: { path: string; text: string; at: number } | null = null;

  constructor(run: StepRun) {
    this.run = run;
    this.unsubscribe = [run.setup.disks.onChange(() => run.changed()), run.onChange(() => this.check())];
    this.check();
  }

  close(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
  }

  private check(): void {
    const { run, reported } = this;
    const { low } = run.setup.disks;
    if (run.isOver || run.handover.isGone) return;
    // With nothing left to hand out, nothing waits.
    if (low !== null && (reported !== null || run.items.pending.size > 0)) this.pause(low);
    else if (low === null && reported !== null) this.resume(reported.path);
  }

  private pause({ path, unit, free, resumesAt }: LowDisk): void {
    const now = performance.now();
    const pause = { path, free, resumes_at: Math.ceil(resumesAt), ...(unit === 'bytes' ? {} : { unit }) };
    const text = pauseText(pause);
    const { reported } = this;
    if (reported?.path === path && (reported.text === text || now - reported.at < WAITING_AGAIN_MS)) return;
    this.reported = { path, text, at: now };
    const { setup, step } = this.run;
    setup.record({ type: 'dispatch-paused', step, ...pause });
    const what = unit === 'bytes' ? 'free space there' : 'delete files there';
    const advice = `${what}, for example with "drover clean"; running items go on, and the run resumes by itself`;
    this.log('WARNING', `paused: ${text}`, { ...pause, advice });
  }

  private resume(path: string): void {
    this.reported = null;
    const { setup, step } = this.run;
    const free = setup.disks.freeOn(path);
    setup.record({ type: 'dispatch-resumed', step, path, free });
    this.log('INFO', 'goes on: the disk has room again', { path, free });
  }

  private log(level: 'WARNING' | 'INFO', message: string, fields: Readonly<Record<string, unknown>>): void {
    const { setup, step } = this.run;
    setup.logs.orchestrator.write(level, message, fields);
    setup.runLog.write(level, `step ${step} (${setup.state.name}) ${message}`, fields);
  }
}
