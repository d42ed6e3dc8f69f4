/** So many places of what has gone are kept before the rest moves up. */
const GONE_KEPT = 1_024;
/** Stands in the place of an item that has gone. */
const GONE = -1;

/** The items that a worker has, in the order given: the next one and the leave of any of them take no longer with a million than with one. */
export class Holding {
  length = 0;
  #order: number[] = [];
  /** Where the first item stands; before it all have gone. */
  #head = 0;
  /** Where each item stands; made when one goes out of turn, and anew when the rest has moved up. */
  #places: Map<number, number> | null = null;

  /** The item that has been here longest; undefined when there is none. */
  get first(): number | undefined {
    return this.#order[this.#head];
  }

  *[Symbol.iterator](): Generator<number, void> {
    for (let place = this.#head; place < this.#order.length; place += 1) {
      const item = this.#order[place] ?? GONE;
      if (item !== GONE) yield item;
    }
  }

  /** Adds an item that is not here. */
  add(item: number): void {
    this.#places?.set(item, this.#order.length);
    this.#order.push(item);
    this.length += 1;
  }

  /** Takes an item out; nothing when it is not here. */
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
