import { LOOSE_MEANINGS, STRICT_MEANINGS } from '../sequences/dna-letters.mjs';

// Constants of this module, which the innermost loop reads faster than imported ones; dna-letters.mjs describes their meaning.
const STRICT = STRICT_MEANINGS;
const LOOSE = LOOSE_MEANINGS;
const AMBIGUOUS = 4;
const NOTHING = 5;
const FOREIGN = 29;
/** Added for a foreign byte to the number of blanks, which is never so large: one more branch in the loop would slow it by half. */
const FOREIGN_SEEN = 1 << (FOREIGN - NOTHING);

/** Longest k-mer: 8 makes 32,896 numbers per sequence, and every k-mer still fits a 16-bit table index. */
export const MAX_K = 8;

/**
 * Counts the canonical k-mers of one sequence after another. A k-mer and its reverse complement are the same piece of DNA read
 * from either strand: both count for the one that sorts first. U is read as T, case is ignored, gaps, blanks and line
 * ends are skipped, and no k-mer spans an ambiguous letter.
 */
export class KmerCounter {
  /** The number of canonical k-mers, which is the length of a row. */
  dimension;
  /** The number of letters since the counter was created, including ambiguous ones. */
  bases = 0;
  #k;
  #onlyDna;
  #columns;
  #counts;
  #code = 0;
  /** The number of consecutive unambiguous bases up to here, within the sequence. */
  #run = 0;

  /** @param {number} k 1 to MAX_K @param {boolean} [onlyDna] whether letters that are not nucleotides are foreign; otherwise they are ambiguous */
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
   * Counts a piece of the sequence, of less than 16 MB; k-mers may span the border between pieces. Each k-mer is a number of two bits per base,
   * made from the previous one by shifting in the next base. Everything in the loop is local: fields would halve its speed.
   * @param {Uint8Array} bytes @param {number} start @param {number} end
   * @returns {number} the index of a byte that is not a letter of DNA, -1 for none
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
 * Maps the number of a k-mer to its column. Numbers sort like the letters of k-mers, so columns are in lexicographic order.
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
