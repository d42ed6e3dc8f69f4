/** The number of places of removed items that are kept before the list is compacted. */
const GONE_KEPT = 1_024;
/** Marks the place of a removed item. */
const GONE = -1;

/** The items that a worker holds, in the order given. Finding the next one and removing any takes as long with a million as with one. */
export class Holding {
  length = 0;
  #order: number[] = [];
  /** The place of the first item; all places before it are empty. */
  #head = 0;
  /** The place of each item; created when an item is removed out of order, and again after the list was compacted. */
  #places: Map<number, number> | null = null;

  /** The item that has been held longest; undefined when there is none. */
  get first(): number | undefined {
    return this.#order[this.#head];
  }

  *[Symbol.iterator](): Generator<number, void> {
    for (let place = this.#head; place < this.#order.length; place += 1) {
      const item = this.#order[place] ?? GONE;
      if (item !== GONE) yield item;
    }
  }

  /** Adds an item that is not held yet. */
  add(item: number): void {
    this.#places?.set(item, this.#order.length);
    this.#order.push(item);
    this.length += 1;
  }

  /** Removes an item; does nothing when it is not held. */
  drop(item: number): void {
    const place = this.first === item ? this.#head : this.#placeOf(item);
    if (place === undefined) return;
    this.#places?.delete(item);
    this.#order[place] = GONE;
    this.length -= 1;
    while (this.#head < this.#order.length && this.#order[this.#head] === GONE) this.#head += 1;
    if (this.#head > GONE_KEPT && this.#head * 2 > this.#order.length) this.#moveUp();
  }

  #placeOf(item: number): number | undefined {
    this.#places ??= new Map(
      [...this.#order.entries()].filter(([, held]) => held !== GONE).map(([at, held]) => [held, at]),
    );
    return this.#places.get(item);
  }

  #moveUp(): void {
    this.#order = this.#order.slice(this.#head);
    this.#head = 0;
    this.#places = null;
  }
}
