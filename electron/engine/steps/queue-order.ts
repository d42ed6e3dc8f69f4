/** With fewer items each of them matters for an even end, so no samples are taken. */
const FEWEST_WITH_SAMPLES = 24;
/**
 * After how many hand-outs a smaller item goes out of its turn, and how small it is: its rank among the items by their cost. The first items are
 * handed out at once to all ranks. A few of them show how an item's time depends on its cost.
 */
const SAMPLES: readonly { behind: number; quantile: number }[] = [
  { behind: 1, quantile: 0.25 },
  { behind: 3, quantile: 0.6 },
  { behind: 6, quantile: 0.1 },
  { behind: 9, quantile: 0.4 },
];
/** A sample costs at most this part of the largest: one that is nearly as large shows nothing. */
const SAMPLE_LARGEST_PART = 0.7;
/** If there are many items, this many of them are considered for the samples. */
const CANDIDATES = 1024;

/**
 * The order in which pending items are handed out: the longest that is left, ties by number. With items handed out one by one this ends within a
 * percent of the best, even when costs are off and devices differ. It gains nothing to hold an item back from a slow rank.
 * Four smaller items go before their turn. The longest alone would not show which part of an item's time does not depend on its size, and so not when
 * the run will end.
 * A binary heap: the time of each call grows with the logarithm of the number of items.
 */
export class QueueOrder {
  readonly #heap: number[] = [];
  readonly #costs: ArrayLike<number>;
  /** Which items are pending. One that was removed stays in the heap until it comes up. */
  readonly #pending: Uint8Array;
  readonly #inHeap: Uint8Array;
  #size = 0;
  #taken = 0;
  readonly #samples: readonly { behind: number; item: number }[];

  /**
   * @param costs one per item of the step
   * @param items those that are pending, all by default
   */
  constructor(
    costs: ArrayLike<number>,
    items: Iterable<number> = Array.from({ length: costs.length }, (_, item) => item),
  ) {
    this.#costs = costs;
    this.#pending = new Uint8Array(costs.length);
    this.#inHeap = new Uint8Array(costs.length);
    const given = [...items];
    for (const item of given) this.giveBack(item);
    this.#samples = samplesOf(costs, given);
  }

  /** How many items are pending. */
  get size(): number {
    return this.#size;
  }

  has(item: number): boolean {
    return this.#pending[item] === 1;
  }

  /** Hands out the next pending item; null when none is left. */
  take(): number | null {
    const sample = this.#samples.find(({ behind }) => behind === this.#taken)?.item;
    this.#taken += 1;
    // It stays in the heap, like one that was removed.
    if (sample !== undefined && this.remove(sample)) return sample;
    for (let item = this.#pop(); item !== null; item = this.#pop()) {
      this.#inHeap[item] = 0;
      if (this.#pending[item] !== 1) continue;
      this.#pending[item] = 0;
      this.#size--;
      return item;
    }
    return null;
  }

  /** Makes an item pending, again or for the first time. A pending one stays pending. */
  giveBack(item: number): void {
    if (item < 0 || item >= this.#pending.length) throw new RangeError(`There is no item ${item}`);
    if (this.#pending[item] === 1) return;
    this.#pending[item] = 1;
    this.#size++;
    if (this.#inHeap[item] === 1) return;
    this.#inHeap[item] = 1;
    this.#push(item);
  }

  /** Removes an item that must not be handed out. @returns whether it was pending */
  remove(item: number): boolean {
    if (this.#pending[item] !== 1) return false;
    this.#pending[item] = 0;
    this.#size--;
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#costs[a] ?? 0) - (this.#costs[b] ?? 0);
    return difference > 0 || (difference === 0 && a < b);
  }

  #push(item: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = heap[above] as number;
      if (!this.#isBefore(item, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = item;
  }

  #pop(): number | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an item at the top and lets it sink to its place. */
  #sink(item: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && this.#isBefore(heap[right] as number, heap[left] as number) ? right : left;
      const largest = heap[child] as number;
      if (!this.#isBefore(largest, item)) break;
      heap[at] = largest;
      at = child;
    }
    heap[at] = item;
  }
}

/** Chooses the items that go before their turn. */
function samplesOf(costs: ArrayLike<number>, items: readonly number[]): { behind: number; item: number }[] {
  if (items.length < FEWEST_WITH_SAMPLES) return [];
  const stride = Math.max(1, items.length / CANDIDATES);
  const candidates = Array.from(
    { length: Math.min(items.length, CANDIDATES) },
    (_, index) => items[Math.floor(index * stride)] ?? 0,
  );
  const sorted = candidates.sort((a, b) => (costs[a] ?? 0) - (costs[b] ?? 0));
  const largest = costs[sorted.at(-1) ?? 0] ?? 0;
  return SAMPLES.flatMap(({ behind, quantile }) => {
    const item = sorted[Math.floor(quantile * sorted.length)];
    return item === undefined || (costs[item] ?? 0) > SAMPLE_LARGEST_PART * largest ? [] : [{ behind, item }];
  });
}
