/** Slots at the beginning, a power of two. */
const FIRST_SLOTS = 16;
/** At most this share of the slots is taken. */
const FULL = 0.5;

/** Finds entries that are known by a number: open addressing with linear probing, eight bytes or so per entry. */
export class HashIndex {
  /** The entry plus 1; 0 for none. */
  #slots = new Int32Array(FIRST_SLOTS);
  #count = 0;
  readonly #hashOf: (entry: number) => number;

  /** @param hashOf the hash of an entry that was added */
  constructor(hashOf: (entry: number) => number) {
    this.#hashOf = hashOf;
  }

  /** The first entry that was added with this hash and matches; -1 for none. */
  find(hash: number, matches: (entry: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const entry = (this.#slots[at] ?? 0) - 1;
      if (entry < 0 || matches(entry)) return entry;
    }
  }

  /** Adds an entry; one that is equal to an earlier one is found after it, that is never. */
  add(entry: number): void {
    if (this.#count >= this.#slots.length * FULL) this.#grow();
    this.#put(entry);
    this.#count += 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    const entries = old.filter((value) => value > 0).sort();
    for (const value of entries) this.#put(value - 1);
  }

  #put(entry: number): void {
    const mask = this.#slots.length - 1;
    let at = spread(this.#hashOf(entry)) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = entry + 1;
  }
}

/** The low bits of a hash of similar texts are similar; those above are not. */
function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}
