import { dnaUpperCase, FOREIGN, LOOSE_MEANINGS, refuseAsDna, STRICT_MEANINGS } from '../sequences/dna-letters.mjs';
import { readSequences } from '../sequences/read-sequences.mjs';
import { SequenceFileError } from '../sequences/sequence-errors.mjs';

const FIRST_BYTES = 64 * 1024;

/** @typedef {{ ids?: import('../sequences/header-line.mjs').IdRule, onlyDna?: boolean }} ReadingOptions */

/**
 * Passes on the sequences of a FASTA or FASTQ file, plain or gzip, one after the other: upper case, without blanks and gaps, U as T. Holds
 * one sequence at a time; letters are valid during the call.
 * @param {string} path
 * @param {(id: string, letters: Buffer) => void} take
 * @param {(done: number, total: number) => void} onRead bytes of the file
 * @param {ReadingOptions} [options] without `onlyDna`, letters that are not nucleotides become N
 * @throws {SequenceFileError} when it is no such file, holds no DNA, or the same id twice
 */
export async function readDna(path, take, onRead, { ids = 'first-word', onlyDna = true } = {}) {
  const sink = new DnaSink(take, onlyDna);
  const { leftOut, sameIds, warnings } = await readSequences(path, sink, { ids, onRead });
  if (sameIds !== null) throw new SequenceFileError(`${sameIds} Ids tie all later tables together.`);
  return { leftOut, warnings };
}

/** Collects the letters of one record after the other: a RecordSink. */
class DnaSink {
  #take;
  #meanings;
  #upperCase;
  #id = '';
  #letters = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  foreign = refuseAsDna;

  /** @param {(id: string, letters: Buffer) => void} take @param {boolean} onlyDna */
  constructor(take, onlyDna) {
    this.#take = take;
    this.#meanings = onlyDna ? STRICT_MEANINGS : LOOSE_MEANINGS;
    this.#upperCase = dnaUpperCase(this.#meanings);
  }

  /** @param {import('../sequences/header-line.mjs').IdPlace} id */
  begin(id) {
    this.#id = id.text();
    this.#length = 0;
  }

  /** @param {Uint8Array} bytes @param {number} start @param {number} end */
  residues(bytes, start, end) {
    const needed = this.#length + end - start;
    if (needed > this.#letters.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#letters.length));
      this.#letters.copy(larger, 0, 0, this.#length);
      this.#letters = larger;
    }
    const letters = this.#letters;
    const upperCase = this.#upperCase;
    let length = this.#length;
    for (let at = start; at < end; at++) {
      const byte = /** @type {number} */ (bytes[at]);
      const letter = /** @type {number} */ (upperCase[byte]);
      if (letter !== 0) letters[length++] = letter;
      else if (this.#meanings[byte] === FOREIGN) return at;
    }
    this.#length = length;
    return -1;
  }

  end() {
    if (this.#length > 0) this.#take(this.#id, this.#letters.subarray(0, this.#length));
    return this.#length > 0 ? 'kept' : 'left-out';
  }
}
