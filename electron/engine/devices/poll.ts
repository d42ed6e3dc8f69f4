import { setTimeout as delay } from 'node:timers/promises';

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
