/** The initial number of slots, a power of two. */
const FIRST_SLOTS = 16;
/** The largest share of slots that may be taken. */
const FULL = 0.5;

/** Finds the entries of a list by hash. Entries are numbered from 0. Open addressing with linear probing, 8 to 16 bytes per entry. */
export class HashIndex {
  /** The entry plus 1; 0 for none. */
  #slots = new Int32Array(FIRST_SLOTS);
  #count = 0;
  readonly #hashOf: (entry: number) => number;

  /** @param hashOf the hash of an entry that was added; it never changes */
  constructor(hashOf: (entry: number) => number) {
    this.#hashOf = hashOf;
  }

  /** Returns the first entry with this hash that matches; -1 for none. */
  find(hash: number, matches: (entry: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const entry = (this.#slots[at] ?? 0) - 1;
      if (entry < 0 || matches(entry)) return entry;
    }
  }

  /** Adds the next entry of the list. Of equal entries, the first is found. */
  addNext(): void {
    if (this.#count >= this.#slots.length * FULL) this.#grow();
    this.#put(this.#count);
    this.#count += 1;
  }

  /** Adds all entries again in their order, so that the first of equal entries is still found first. */
  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry += 1) this.#put(entry);
  }

  #put(entry: number): void {
    const mask = this.#slots.length - 1;
    let at = spread(this.#hashOf(entry)) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = entry + 1;
  }
}

/** Spreads a hash: for similar texts its low bits are similar, the higher ones are not. */
function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}
