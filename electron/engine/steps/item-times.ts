import type { ItemState } from '../../../shared/items/item.ts';

/** So many latest item times are looked at: enough for a quantile, few enough to be sorted at any time. */
const ITEM_TIMES_KEPT = 500;

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
