import type { ItemState } from '../../../shared/items/item.ts';
import type { Report } from '../../../shared/run/report.ts';

/** The clocks of a worker and of the engine may differ by this much (seconds). Within it the worker's own time is used. */
const CLOCK_SLACK = 0.5;

/** How many latest item times are kept: enough for a quantile, few enough to be sorted at any time. */
const ITEM_TIMES_KEPT = 500;

/** A final report, or its absence, with what is known of its arrival. */
interface ReceivedReport {
  report: Report | null;
  /** How many final reports followed it in what was read at once. */
  behind: number;
}

/**
 * Times one item of a worker at a time, and reports when it takes too long. The time of an item runs from its hand-out to its report.
 * It is taken from the worker's own clock where that is reported: on a busy machine the time between two reads of a report file is not exact.
 */
export class ItemClock {
  private readonly limitMs: number | null;
  private readonly readReports: () => void;
  private readonly onTimeout: (item: number) => void;
  private timer: NodeJS.Timeout | undefined;
  /** When the present limit began to count, in the clock of `performance.now()`; null while no item is timed. */
  private timed: number | null = null;
  /** When the item was handed out, in the same clock. Where a worker has a whole list: when the item before it ended. */
  private since: number | null = null;
  /** When the worker was given the first of its present items. None of them can have taken longer. */
  private given: number | null = null;
  /** When the item was begun by the worker's own clock, in seconds since 1970; null where it does not report that. */
  private begunAt: number | null = null;

  /**
   * @param limitSeconds null for no limit
   * @param readReports reads what the worker has reported: an item that is over by then, or was begun later, has not taken too long
   */
  constructor(limitSeconds: number | null, readReports: () => void, onTimeout: (item: number) => void) {
    this.limitMs = limitSeconds === null ? null : limitSeconds * 1000;
    this.readReports = readReports;
    this.onTimeout = onTimeout;
  }

  /**
   * Starts to time an item that is handed out; with a whole list its first one.
   * @param handedOut ISO time, where an earlier engine handed it out
   */
  start(item: number, handedOut: string | null = null): void {
    const now = performance.now();
    const before = handedOut === null ? 0 : Date.now() - Date.parse(handedOut);
    this.since = now - Math.max(0, before);
    this.given = this.since;
    this.begunAt = null;
    this.limit(item, now);
  }

  /** Starts the limit of an item that the worker reports as begun. The load of a model before that does not count as time of the item. */
  begin(item: number, { time }: Report, { isFirst, behind }: { isFirst: boolean; behind: number }): void {
    const now = performance.now();
    this.begunAt = secondsOf(time);
    if (this.since === null || (isFirst && behind === 0)) this.since = now;
    this.given ??= now;
    this.limit(item, now);
  }

  /** Starts to time the next item of a list. */
  startNext(item: number): void {
    const now = performance.now();
    this.since ??= now;
    this.given ??= now;
    this.limit(item, now);
  }

  /** Seconds since the hand-out, for an item without a report. */
  get seconds(): number {
    return this.since === null ? 0 : Math.max(0, performance.now() - this.since) / 1000;
  }

  /** Returns how long an item took whose final report has just been read. The next one of a list begins where it ended. */
  take({ report, behind }: ReceivedReport): number {
    const now = performance.now();
    const most = this.given === null ? 0 : (now - this.given) / 1000;
    const measured = report === null ? null : this.byWorkerClock(report);
    // When several were read at once, it is unknown when each was written: they share the time.
    const shared = this.seconds / (behind + 1);
    const seconds = measured === null ? shared : Math.min(measured, most + CLOCK_SLACK);
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

  /** Returns the item's time by the worker's own clock. */
  private byWorkerClock({ seconds, time }: Report): number | null {
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
    this.readReports();
    if (this.timed === timed) this.onTimeout(item);
  }
}

/** Returns the moment given by a report, in seconds since 1970. It is reported as such a number, or as ISO time. */
function secondsOf(time: Report['time']): number | null {
  const seconds = typeof time === 'string' ? Date.parse(time) / 1000 : (time ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** How long the latest items of a step took. */
export class ItemTimes {
  private readonly seconds: number[] = [];
  private next = 0;
  private sorted: number[] | null = null;

  /** @param items their times as measured by earlier engines are taken over */
  constructor(items: Iterable<ItemState>) {
    for (const { status, seconds } of items) if (status === 'complete' && seconds !== null) this.add(seconds);
  }

  /** Adds the time of a finished item. */
  add(seconds: number): void {
    this.seconds[this.next] = seconds;
    this.next = (this.next + 1) % ITEM_TIMES_KEPT;
    this.sorted = null;
  }

  get count(): number {
    return this.seconds.length;
  }

  /** The time that 19 of 20 items stayed below; null before the first. */
  get p95(): number | null {
    if (this.seconds.length === 0) return null;
    this.sorted ??= this.seconds.toSorted((a, b) => a - b);
    return this.sorted[Math.min(this.sorted.length - 1, Math.ceil(this.sorted.length * 0.95) - 1)] ?? null;
  }
}
