import type { LiveProgress } from '../contract/events.ts';
import { type DeviceRef, deviceLabel, isSameDevice } from '../device.ts';
import { fileNames } from '../pipeline/placeholders.ts';
import { Pace } from './pace.ts';
import type { RunEvent } from './run-events.ts';
import { type DispatchPause, emptyRunState, type RunState, type StepState, type WorkerRecord } from './run-model.ts';
import { applyRunEvent } from './run-state.ts';
import { waitingText } from './run-status.ts';
import { onSessionClock } from './run-time.ts';
import { allTokens } from './tokens.ts';
import type { WorkerState } from './worker-state.ts';

/** What is displayed of one worker. */
export interface WorkerView {
  worker: string;
  /** Its device: `GPU 0`. */
  device: string;
  status: WorkerState['status'];
  done: number;
  failed: number;
  /** The size of its share where it has one (`list`); otherwise all items of the step. */
  total: number;
  /** The items that it would have if the pending ones were shared out evenly; not an integer. Its bar shows what is done of them. */
  expected: number;
  /** Items per second. */
  rate: number | null;
  /** Seconds. */
  eta: number | null;
  /** Base name of the file that it processes. */
  file: string | null;
  /** The share of that file that is done, from 0 to 1. */
  fileShare: number | null;
  /** Percent. */
  utilization: number | null;
  /** Bytes in use on its device, by any process. */
  memoryUsed: number | null;
  memoryTotal: number | null;
  /** Degrees Celsius. */
  temperature: number | null;
  /** Watts. */
  power: number | null;
  /** Whether its process was found on the device that it was given. */
  onDevice: boolean | null;
  /** Why it is not started now, or is out of the pool; null otherwise. */
  waiting: string | null;
}

/** What is displayed of a run: its present step as a whole, and each worker in it. */
export interface ProgressView {
  step: number;
  steps: number;
  name: string;
  done: number;
  failed: number;
  total: number;
  rate: number | null;
  eta: number | null;
  /** Seconds since the step began or was resumed. */
  elapsed: number | null;
  /** Tokens of the step, read and written. */
  tokens: number;
  /** Why no items are handed out at present; null when they are. */
  pause: DispatchPause | null;
  workers: WorkerView[];
}

/** A run from its events and the live progress: the source of every progress display. */
export class ProgressModel {
  readonly state: RunState = emptyRunState();
  /** When the present owner took the run; an ISO time. */
  sessionStarted: string | null = null;
  private readonly pace = new Pace();
  private live: LiveProgress = { workers: [], devices: [] };

  apply(event: RunEvent): void {
    applyRunEvent(this.state, event);
    this.pace.note(this.state, onSessionClock(this.state, event));
    if (event.type === 'owner-taken') this.sessionStarted = event.time;
  }

  setLive(live: LiveProgress): void {
    this.live = live;
  }

  /** Returns a step, by default the latest that has begun; null before the first. @param now the result of `reportedUntil` */
  view(now: number, number?: number): ProgressView | null {
    const step = this.state.steps.findLast((one) =>
      number === undefined ? one.started !== null : one.step === number,
    );
    if (step === undefined) return null;
    const { counts } = step;
    return {
      step: step.step,
      steps: this.state.steps.length,
      name: step.name,
      done: counts.complete + counts.failed,
      failed: counts.failed,
      total: counts.total - counts.skipped,
      ...this.pace.step(step, now),
      // The remaining time depends on how long a person takes to free the disk.
      ...(step.pause === null ? {} : { eta: null }),
      elapsed: this.pace.elapsed(step, now),
      tokens: step.workers.reduce((sum, worker) => sum + allTokens(worker.tokens), 0),
      pause: step.pause,
      workers: step.workers.map((worker) => this.workerView(step, worker, now)),
    };
  }

  private workerView(step: StepState, worker: WorkerRecord, now: number): WorkerView {
    const sample = this.sampleOf(worker.device);
    const live = this.live.workers.find((line) => line.step === step.step && line.rank === worker.rank);
    const done = worker.complete + worker.failed;
    const held = worker.holding.first;
    // The last reported file stays in the live progress until there is another one. A worker without an item processes no file.
    const file = held === undefined ? null : (live?.file ?? step.items.at(held)?.file ?? null);
    return {
      worker: worker.worker,
      device: deviceLabel(worker.device),
      status: worker.state.status,
      done,
      failed: worker.failed,
      total: step.dispatch === 'list' ? done + worker.holding.length : step.counts.total - step.counts.skipped,
      expected:
        done + worker.holding.length + (step.dispatch === 'list' ? 0 : step.counts.pending / step.workers.length),
      ...this.pace.worker(step, worker, now),
      file: file === null ? null : fileNames(file).name,
      fileShare: file === null ? null : shareOf(live?.done ?? null, live?.total ?? null),
      utilization: sample?.utilization ?? null,
      memoryUsed: sample?.memory_used ?? null,
      memoryTotal: sample?.memory_total ?? null,
      temperature: sample?.temperature ?? null,
      power: sample?.power ?? null,
      onDevice: live?.on_device ?? null,
      waiting: waitingText(worker) ?? (step.pause === null ? null : 'waits for room on the disk'),
    };
  }

  private sampleOf(device: DeviceRef): LiveProgress['devices'][number] | undefined {
    return this.live.devices.find((one) => isSameDevice(device, one));
  }
}

function shareOf(done: number | null, total: number | null): number | null {
  if (done === null || total === null || total <= 0) return null;
  return Math.min(1, Math.max(0, done / total));
}
