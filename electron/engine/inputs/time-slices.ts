import { setImmediate } from 'node:timers/promises';

/** Milliseconds of searching before other work of the process gets a turn: short beside the 50 ms that a person notices. */
const SEARCH_SLICE_MS = 15;

/** Lets long synchronous work give others of the process a turn every few milliseconds. */
export class TimeSlices {
  #since = performance.now();

  /** Whether a pause is due; asking costs well under a microsecond. */
  get due(): boolean {
    return performance.now() - this.#since > SEARCH_SLICE_MS;
  }

  /** Gives others a turn. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
