/**
 * The order in which pending items are handed out: always the longest that is left, ties by number. With items handed out one by one
 * this ends within a percent of the best even when costs are off and devices differ; holding an item back from a slow rank gains nothing.
 * A binary heap: each call takes the logarithm of the number of items.
 */
export class QueueOrder {
  readonly #heap: number[] = [];
  readonly #costs: ArrayLike<number>;
  /** Which items are pending; one that was removed stays in the heap until it comes up. */
  readonly #pending: Uint8Array;
  readonly #inHeap: Uint8Array;
  #size = 0;

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
    for (const item of items) this.giveBack(item);
  }

  /** How many items are pending. */
  get size(): number {
    return this.#size;
  }

  has(item: number): boolean {
    return this.#pending[item] === 1;
  }

  /** Hands out the longest pending item; null when none is left. */
  take(): number | null {
    for (let item = this.#pop(); item !== null; item = this.#pop()) {
      this.#inHeap[item] = 0;
      if (this.#pending[item] !== 1) continue;
      this.#pending[item] = 0;
      this.#size--;
      return item;
    }
    return null;
  }

  /** Makes an item pending, again or for the first time; one that is pending stays so. */
  giveBack(item: number): void {
    if (item < 0 || item >= this.#pending.length) throw new RangeError(`There is no item ${item}`);
    if (this.#pending[item] === 1) return;
    this.#pending[item] = 1;
    this.#size++;
    if (this.#inHeap[item] === 1) return;
    this.#inHeap[item] = 1;
    this.#push(item);
  }

  /** Takes an item out that shall not be handed out. Says whether it was pending. */
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
