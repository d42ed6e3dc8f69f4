/** The largest number of compared ids, of at most 16 bytes each: half a gigabyte. For a file with more, a message reports it. */
const MAX_IDS = 32 * 1024 * 1024;
const FIRST_SLOTS = 1024;

/**
 * Stores a 64-bit number of each id, because the ids of a large file of reads would fill the memory. That two different ids have the same
 * number is practically impossible, and a match is verified by reading the file again.
 */
export class SeenIds {
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #count = 0;
  /** Whether there were more ids than are compared. */
  full = false;

  /**
   * Adds an id and returns whether it was added before.
   * @param {Uint8Array} bytes @param {number} start @param {number} end
   */
  add(bytes, start, end) {
    let high = 0x811c9dc5;
    let low = 0x9e3779b9;
    for (let at = start; at < end; at++) {
      const byte = /** @type {number} */ (bytes[at]);
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low ^ byte, 0x85ebca6b) + (high >>> 15);
    }
    high = Math.imul(high ^ (high >>> 16), 0x7feb352d) ^ low;
    low = Math.imul(low ^ (low >>> 15), 0x846ca68b);
    low ^= low >>> 13;
    // Two zeros mean an empty slot.
    if (this.#put(this.#slots, high >>> 0, (low | 1) >>> 0)) return true;
    this.#count += 1;
    if (this.#count * 4 > this.#slots.length) this.#grow();
    return false;
  }

  /** @param {Uint32Array} slots @param {number} high @param {number} low */
  #put(slots, high, low) {
    const mask = slots.length / 2 - 1;
    for (let slot = high & mask; ; slot = (slot + 1) & mask) {
      const heldHigh = slots[2 * slot];
      const heldLow = slots[2 * slot + 1];
      if (heldHigh === high && heldLow === low) return true;
      if (heldHigh !== 0 || heldLow !== 0) continue;
      if (this.full) return false;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
      return false;
    }
  }

  #grow() {
    if (this.#count >= MAX_IDS) {
      this.full = true;
      return;
    }
    const larger = new Uint32Array(2 * this.#slots.length);
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const high = /** @type {number} */ (this.#slots[slot]);
      const low = /** @type {number} */ (this.#slots[slot + 1]);
      if (high !== 0 || low !== 0) this.#put(larger, high, low);
    }
    this.#slots = larger;
  }
}
