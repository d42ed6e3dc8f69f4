import type { ItemState } from '../../../shared/items/item.ts';
import type { Report } from '../../../shared/run/report.ts';

/** The clocks of a worker and of the engine may differ by this much (seconds): a worker’s word within it stands. */
const CLOCK_SLACK = 0.5;

/** So many latest item times are looked at: enough for a quantile, few enough to be sorted at any time. */
const ITEM_TIMES_KEPT = 500;

/** What is known of a final report besides its words. */
interface Heard {
  report: Report | null;
  /** Final reports that stood behind it in what was read at once. */
  behind: number;
}

/**
 * Times one item of a worker at a time, and says when it takes too long. What an item took is the time from its hand-out to its report, by the
 * worker's own clock where that tells it: the time between two looks at a report file says nothing on a busy machine.
 */
export class ItemClock {
  private readonly limitMs: number | null;
  private readonly look: () => void;
  private readonly onTimeout: (item: number) => void;
  private timer: NodeJS.Timeout | undefined;
  /** When the present limit began to count, in the clock of `performance.now()`; null while no item is timed. */
  private timed: number | null = null;
  /** When the item was handed out, or the one before it ended where a worker has a whole list; in the same clock. */
  private since: number | null = null;
  /** When the worker was given the first of what it has now: nothing of it can have taken longer. */
  private given: number | null = null;
  /** When the item was begun by the worker's own clock, in seconds since 1970, where it says so. */
  private begunAt: number | null = null;

  /**
   * @param limitSeconds null for no limit
   * @param look takes in what the worker has said: an item that is over by then, or was begun later, has not taken too long
   */
  constructor(limitSeconds: number | null, look: () => void, onTimeout: (item: number) => void) {
    this.limitMs = limitSeconds === null ? null : limitSeconds * 1000;
    this.look = look;
    this.onTimeout = onTimeout;
  }

  /**
   * An item is handed out; with a whole list its first one.
   * @param handedOut ISO time, where an earlier engine did it
   */
  start(item: number, handedOut: string | null = null): void {
    const now = performance.now();
    const before = handedOut === null ? 0 : Date.now() - Date.parse(handedOut);
    this.since = now - Math.max(0, before);
    this.given = this.since;
    this.begunAt = null;
    this.limit(item, now);
  }

  /** The worker says that it has begun the item: its limit counts from now on, and the load of a model before that is not the item's time. */
  begin(item: number, { time }: Report, { isFirst, behind }: { isFirst: boolean; behind: number }): void {
    const now = performance.now();
    this.begunAt = secondsOf(time);
    if (this.since === null || (isFirst && behind === 0)) this.since = now;
    this.given ??= now;
    this.limit(item, now);
  }

  /** The worker of a list goes on to its next item. */
  goOn(item: number): void {
    const now = performance.now();
    this.since ??= now;
    this.given ??= now;
    this.limit(item, now);
  }

  /** Seconds since the hand-out, for an item that nobody has reported. */
  get seconds(): number {
    return this.since === null ? 0 : Math.max(0, performance.now() - this.since) / 1000;
  }

  /**
   * What the item took whose final report has just been read. The next one of a list begins where it ended.
   */
  take({ report, behind }: Heard): number {
    const now = performance.now();
    const most = this.given === null ? 0 : (now - this.given) / 1000;
    const told = report === null ? null : this.told(report);
    // Of several that were read at once nobody knows when each was written: they share the time.
    const shared = this.seconds / (behind + 1);
    const seconds = told === null ? shared : Math.min(told, most + CLOCK_SLACK);
    if (this.since !== null) this.since += shared * 1000;
    this.begunAt = report === null ? null : secondsOf(report.time);
    return seconds;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timed = null;
    this.since = null;
    this.given = null;
    this.begunAt = null;
  }

  /** What the worker's own clock says of the item. */
  private told({ seconds, time }: Report): number | null {
    if (typeof seconds === 'number') return seconds;
    const at = secondsOf(time);
    return at === null || this.begunAt === null ? null : Math.max(0, at - this.begunAt);
  }

  private limit(item: number, now: number): void {
    clearTimeout(this.timer);
    this.timed = now;
    if (this.limitMs !== null) this.timer = setTimeout(() => this.due(item), this.limitMs);
  }

  private due(item: number): void {
    const { timed } = this;
    this.look();
    if (this.timed === timed) this.onTimeout(item);
  }
}

/** A moment that a report tells, in seconds since 1970: as a number of them, or as ISO time. */
function secondsOf(time: Report['time']): number | null {
  const seconds = typeof time === 'string' ? Date.parse(time) / 1000 : (time ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** How long the latest items of a step took, for what depends on it. */
export class ItemTimes {
  private readonly seconds: number[] = [];
  private next = 0;
  private sorted: number[] | null = null;

  /** Begins with what earlier engines measured. */
  constructor(items: Iterable<ItemState>) {
    for (const { status, seconds } of items) if (status === 'complete' && seconds !== null) this.add(seconds);
  }

  /** An item was finished. */
  add(seconds: number): void {
    this.seconds[this.next] = seconds;
    this.next = (this.next + 1) % ITEM_TIMES_KEPT;
    this.sorted = null;
  }

  get count(): number {
    return this.seconds.length;
  }

  /** The time that all but one in twenty stayed below; null before the first. */
  get p95(): number | null {
    if (this.seconds.length === 0) return null;
    this.sorted ??= this.seconds.toSorted((a, b) => a - b);
    return this.sorted[Math.min(this.sorted.length - 1, Math.ceil(this.sorted.length * 0.95) - 1)] ?? null;
  }
}
