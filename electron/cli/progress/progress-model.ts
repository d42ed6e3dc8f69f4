import { basename } from 'node:path';
import type { LiveProgress } from '../../../shared/contract.ts';
import { type DeviceRef, deviceLabel } from '../../../shared/device.ts';
import type { RunEvent } from '../../../shared/run-events.ts';
import {
  applyRunEvent,
  emptyRunState,
  type RunState,
  type StepState,
  type WorkerRecord,
} from '../../../shared/run-state.ts';
import type { WorkerState } from '../../../shared/worker-state.ts';
import { Pace } from './pace.ts';

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
  /** Whether its processes were seen on its device; null when nobody can tell. */
  onDevice: boolean | null;
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
    this.pace.note(this.state, event);
    if (event.type === 'owner-taken') this.sessionStarted = event.time;
  }

  setLive(live: LiveProgress): void {
    this.live = live;
  }

  /** The latest step that has begun; null before the first. */
  view(now: number): ProgressView | null {
    const step = this.state.steps.findLast(({ started }) => started !== null);
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
      elapsed: this.pace.elapsed(step, now),
      workers: step.workers.map((worker) => this.workerView(step, worker, now)),
    };
  }

  private workerView(step: StepState, worker: WorkerRecord, now: number): WorkerView {
    const live = this.live.workers.find((line) => line.step === step.step && line.rank === worker.rank);
    const done = worker.complete + worker.failed;
    const file = live?.file ?? step.items[worker.holding[0] ?? -1]?.file ?? null;
    return {
      worker: worker.worker,
      device: deviceLabel(worker.device),
      status: worker.state.status,
      done,
      failed: worker.failed,
      total: step.dispatch === 'list' ? done + worker.holding.length : step.counts.total - step.counts.skipped,
      ...this.pace.worker(step, worker, now),
      file: file === null ? null : basename(file),
      fileShare: shareOf(live?.done ?? null, live?.total ?? null),
      utilization: this.utilizationOf(worker.device),
      onDevice: live?.on_device ?? null,
    };
  }

  private utilizationOf(device: DeviceRef): number | null {
    const sample = this.live.devices.find((one) =>
      device.uuid === null ? one.kind === device.kind && one.index === device.index : one.uuid === device.uuid,
    );
    return sample?.utilization ?? null;
  }
}

function shareOf(done: number | null, total: number | null): number | null {
  if (done === null || total === null || total <= 0) return null;
  return Math.min(1, Math.max(0, done / total));
}
