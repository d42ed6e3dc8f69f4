import { LOOSE_MEANINGS, STRICT_MEANINGS } from '../sequences/dna-letters.mjs';

// Constants of this very module, which the innermost loop finds more quickly than imported ones; dna-letters.mjs tells what they mean.
const STRICT = STRICT_MEANINGS;
const LOOSE = LOOSE_MEANINGS;
const AMBIGUOUS = 4;
const NOTHING = 5;
const FOREIGN = 29;
/** What a foreign byte adds to the number of blanks, which is never so large: a branch more in the loop would slow it by half. */
const FOREIGN_SEEN = 1 << (FOREIGN - NOTHING);

/** Longest k-mer: 8 makes 32,896 numbers per sequence, and every k-mer still fits a 16-bit table index. */
export const MAX_K = 8;

/**
 * Counts the canonical k-mers of one sequence after another. A k-mer and its reverse complement are the same piece of DNA read
 * from either strand: both count for the one that sorts first. U is read as T, case does not matter, gaps, blanks and line
 * ends are passed over, and no k-mer reaches over an ambiguous letter.
 */
export class KmerCounter {
  /** How many canonical k-mers there are: the length of a row. */
  dimension;
  /** Letters seen since the counter was made, ambiguous ones too. */
  bases = 0;
  #k;
  #onlyDna;
  #columns;
  #counts;
  #code = 0;
  /** Unambiguous bases in a row up to here, within the sequence. */
  #run = 0;

  /** @param {number} k 1 to MAX_K @param {boolean} [onlyDna] whether letters that are no nucleotides are foreign; else they are ambiguous */
  constructor(k, onlyDna = true) {
    this.#onlyDna = onlyDna;
    const { columns, dimension } = tabulateCanonicalKmers(k);
    this.#k = k;
    this.#columns = columns;
    this.dimension = dimension;
    this.#counts = new Uint32Array(dimension);
  }

  /** Begins a sequence. */
  begin() {
    this.#counts.fill(0);
    this.#code = 0;
    this.#run = 0;
  }

  /**
   * Counts a piece of the sequence, of less than 16 MB; k-mers reach over the border between pieces. Each k-mer is a number of two bits per base,
   * made from the one before by shifting the next base in. Everything the loop uses is local: fields there halve its speed.
   * @param {Uint8Array} bytes @param {number} start @param {number} end
   * @returns {number} where a byte stands that is no letter of DNA, -1 when none
   */
  add(bytes, start, end) {
    const meanings = this.#onlyDna ? STRICT : LOOSE;
    const k = this.#k;
    const columns = this.#columns;
    const counts = this.#counts;
    const mask = columns.length - 1;
    let code = this.#code;
    let run = this.#run;
    let blanks = 0;
    for (let at = start; at < end; at++) {
      const meaning = meanings[bytes[at]];
      if (meaning < AMBIGUOUS) {
        code = ((code << 2) | meaning) & mask;
        run += 1;
        if (run >= k) counts[columns[code]] += 1;
      } else if (meaning >= NOTHING) {
        blanks += 1 << (meaning - NOTHING);
      } else {
        run = 0;
      }
    }
    this.#code = code;
    this.#run = run;
    if (blanks >= FOREIGN_SEEN) return bytes.findIndex((byte, at) => at >= start && meanings[byte] === FOREIGN);
    this.bases += end - start - blanks;
    return -1;
  }

  /**
   * Writes the frequencies of the sequence: counts divided by their sum, zeros when there was no k-mer.
   * @param {Float32Array} row of `dimension` numbers
   */
  writeFrequencies(row) {
    const counts = this.#counts;
    let sum = 0;
    for (let column = 0; column < counts.length; column++) sum += counts[column];
    const divisor = Math.max(sum, 1);
    for (let column = 0; column < counts.length; column++) row[column] = counts[column] / divisor;
  }
}

/**
 * A k-mer's number → its column. Numbers sort like the k-mers' letters, so columns are in lexicographic order.
 * @param {number} k
 */
function tabulateCanonicalKmers(k) {
  const columns = new Uint16Array(4 ** k);
  let dimension = 0;
  for (let code = 0; code < columns.length; code++) {
    const reverse = reverseComplement(code, k);
    columns[code] = code <= reverse ? dimension++ : columns[reverse];
  }
  return { columns, dimension };
}

/**
 * The complement of a base is 3 minus its code.
 * @param {number} code @param {number} k
 */
function reverseComplement(code, k) {
  let reverse = 0;
  for (let base = 0; base < k; base++) reverse = (reverse << 2) | (3 - ((code >> (2 * base)) & 3));
  return reverse;
}
