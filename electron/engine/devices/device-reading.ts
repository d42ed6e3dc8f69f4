import { setTimeout as delay } from 'node:timers/promises';
import type { Device, DeviceSample } from '../../../shared/device.ts';

/** What a watch tells about one device: its figures now, or that they are out of date and therefore unknown. */
export interface DeviceReading {
  device: Device;
  /** null while stale. */
  sample: DeviceSample | null;
  stale: boolean;
  /** True when the driver tells of others and no longer of this one. */
  vanished?: true;
}

/** Where a watch sends what it sees. `onProblem` gets sentences for people. */
export interface WatchTarget {
  onSample: (reading: DeviceReading) => void;
  onProblem: (problem: string) => void;
}

/** Times of a watch in milliseconds; see limits.ts for what they are by default. */
export interface WatchTimes {
  intervalMs: number;
  amdIntervalMs: number;
  firstLineMs: number;
  silentMs: number;
  restartFirstMs: number;
  restartLongestMs: number;
}

/** Repeats a task until stopped, always waiting for its end before the next wait. Does not hold the process open. */
export class Poll {
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;

  constructor(intervalMs: number, task: (signal: AbortSignal) => Promise<void>) {
    this.#ended = this.#loop(intervalMs, task);
  }

  /** The task is told by its signal and then waited for. */
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
