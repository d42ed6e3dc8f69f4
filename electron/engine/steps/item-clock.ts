/** Times one item of a worker at a time and says when it takes too long. */
export class ItemClock {
  private readonly limitMs: number | null;
  private readonly look: () => void;
  private readonly onTimeout: (item: number) => void;
  private timer: NodeJS.Timeout | undefined;
  /** In the clock of `performance.now()`; null while no item is timed. */
  private since: number | null = null;

  /**
   * @param limitSeconds null for no limit
   * @param look takes in what the worker has said: an item that is over by then, or was begun later, has not taken too long
   */
  constructor(limitSeconds: number | null, look: () => void, onTimeout: (item: number) => void) {
    this.limitMs = limitSeconds === null ? null : limitSeconds * 1000;
    this.look = look;
    this.onTimeout = onTimeout;
  }

  /** Begins to time an item; a clock that runs for it already begins anew. */
  start(item: number): void {
    this.stop();
    this.since = performance.now();
    if (this.limitMs !== null) this.timer = setTimeout(() => this.due(item), this.limitMs);
  }

  /** Seconds since the start. */
  get seconds(): number {
    return this.since === null ? 0 : (performance.now() - this.since) / 1000;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.since = null;
  }

  private due(item: number): void {
    const { since } = this;
    this.look();
    if (this.since === since) this.onTimeout(item);
  }
}
