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

/** What is shown of one worker. */
export interface WorkerView {
  worker: string;
  /** Its device: `GPU 0`. */
  device: string;
  status: WorkerState['status'];
  done: number;
  failed: number;
  /** Its share where it has one (`list`); else all items of the step. */
  total: number;
  /** Items that it comes to if what waits is shared out evenly; not whole. What is done of it makes its bar. */
  expected: number;
  /** Items per second. */
  rate: number | null;
  /** Seconds. */
  eta: number | null;
  /** Base name of what it works on. */
  file: string | null;
  /** How much of that file is done, from 0 to 1. */
  fileShare: number | null;
  /** Percent. */
  utilization: number | null;
  /** Bytes in use on its device, by whomever. */
  memoryUsed: number | null;
  memoryTotal: number | null;
  /** Degrees Celsius. */
  temperature: number | null;
  /** Watts. */
  power: number | null;
  /** Whether its process was found on the device it was given. */
  onDevice: boolean | null;
  /** Why it is not started now, or takes no part; null when neither. */
  waiting: string | null;
}

/** What is shown of a run: its present step as a whole, and each worker in it. */
export interface ProgressView {
  step: number;
  steps: number;
  name: string;
  done: number;
  failed: number;
  total: number;
  rate: number | null;
  eta: number | null;
  /** Seconds since the step began, or was taken up again. */
  elapsed: number | null;
  /** Tokens of the step, read and written. */
  tokens: number;
  /** Why nothing is handed out at present; null while it is. */
  pause: DispatchPause | null;
  workers: WorkerView[];
}

/** A run as its events and the live progress tell it: what every display of progress draws from. */
export class ProgressModel {
  readonly state: RunState = emptyRunState();
  /** When the present owner took the run; ISO. */
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

  /** A step, by default the latest that has begun; null before the first. @param now what `toldUntil` says */
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
      // What is left takes as long as somebody needs to free the disk.
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
    // What was told last of a file stays on the board until there is another one: a worker that holds none works on none.
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
