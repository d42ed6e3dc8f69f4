import { setTimeout as delay } from 'node:timers/promises';
import type { Device, DeviceSample } from '../../../shared/device.ts';

/** A watch's reading of one device: its figures now, or that they are out of date and therefore unknown. */
export interface DeviceReading {
  device: Device;
  /** null while stale. */
  sample: DeviceSample | null;
  stale: boolean;
  /** True when the driver lists other devices and no longer this one. */
  vanished?: true;
}

/** Receives what a watch finds. `onProblem` gets sentences for people. */
export interface WatchTarget {
  onSample: (reading: DeviceReading) => void;
  onProblem: (problem: string) => void;
}

/** Times of a watch in milliseconds; see limits.ts for the defaults. */
export interface WatchTimes {
  intervalMs: number;
  amdIntervalMs: number;
  firstLineMs: number;
  silentMs: number;
  restartFirstMs: number;
  restartLongestMs: number;
}

/** Repeats a task until stopped. It waits for the task's end before the next pause. Does not keep the process alive. */
export class Poll {
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;

  constructor(intervalMs: number, task: (signal: AbortSignal) => Promise<void>) {
    this.#ended = this.#loop(intervalMs, task);
  }

  /** Aborts the task by its signal and waits for it. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }

  async #loop(intervalMs: number, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = this.#end.signal;
    while (!signal.aborted) {
      await task(signal);
      await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
