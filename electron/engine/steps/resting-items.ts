/** Items whose attempt failed and that rest before the next: what broke it, a host or a full disk, may be well by then. */
export class RestingItems {
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly onRested: (item: number) => void;

  constructor(onRested: (item: number) => void) {
    this.onRested = onRested;
  }

  get count(): number {
    return this.timers.size;
  }

  /** Calls back for the item after a while; at once for a pause of 0. */
  rest(item: number, ms: number): void {
    if (ms <= 0) return this.onRested(item);
    const timer = setTimeout(() => {
      this.timers.delete(item);
      this.onRested(item);
    }, ms);
    this.timers.set(item, timer);
  }

  /** Nothing is called back any more. */
  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
