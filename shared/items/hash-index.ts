/** Slots at the beginning, a power of two. */
const FIRST_SLOTS = 16;
/** At most this share of the slots is taken. */
const FULL = 0.5;

/** Finds the entries of a list, which are numbered from 0: open addressing with linear probing, eight to sixteen bytes per entry. */
export class HashIndex {
  /** The entry plus 1; 0 for none. */
  #slots = new Int32Array(FIRST_SLOTS);
  #count = 0;
  readonly #hashOf: (entry: number) => number;

  /** @param hashOf the hash of an entry that was added; it stays the same */
  constructor(hashOf: (entry: number) => number) {
    this.#hashOf = hashOf;
  }

  /** The first entry with this hash that matches; -1 for none. */
  find(hash: number, matches: (entry: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const entry = (this.#slots[at] ?? 0) - 1;
      if (entry < 0 || matches(entry)) return entry;
    }
  }

  /** Adds the entry behind the last. Of equal entries the first is found. */
  addNext(): void {
    if (this.#count >= this.#slots.length * FULL) this.#grow();
    this.#put(this.#count);
    this.#count += 1;
  }

  /** All go in again, in their order, so that of equal ones the first stays before the others. */
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

/** The low bits of the hashes of similar texts are similar; those above are not. */
function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}
