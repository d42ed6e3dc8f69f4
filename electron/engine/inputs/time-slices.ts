import { setImmediate } from 'node:timers/promises';

/** Milliseconds of searching before it yields to other work of the process: short compared with the 50 ms that a person notices. */
const SEARCH_SLICE_MS = 15;

/** Lets long synchronous work yield to the event loop every few milliseconds. */
export class TimeSlices {
  #since = performance.now();

  /** Whether a pause is due; the check takes well under a microsecond. */
  get due(): boolean {
    return performance.now() - this.#since > SEARCH_SLICE_MS;
  }

  /** Yields to the event loop. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
