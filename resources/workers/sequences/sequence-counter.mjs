import { countLetters } from './count-letters.mjs';
import { FastaScanner, nextLineWith } from './fasta-scanner.mjs';
import { FastqScanner } from './fastq-scanner.mjs';
import { ForeignEncodingError, SequenceFileError } from './sequence-errors.mjs';
import { SequenceParser } from './sequence-parser.mjs';

const NEWLINE = 0x0a;
const GREATER = 0x3e;

/**
 * Counts the records of a file of sequences, or its letters weighed by record. It goes by the same rules as who reads the file, and judges
 * nothing: what is no file of sequences counts 0, and a damaged one up to the damage. Only what cannot be read as text is an error.
 */
export class SequenceCounter {
  #parser;
  #total = 0;
  #done = false;
  /** @type {WeighingSink | null} */
  #sink = null;

  /** @param {((letters: number) => number) | null} weigh what a record of so many letters counts; null: records count, whatever they hold */
  constructor(weigh) {
    /** @param {number} cost */
    const add = (cost) => {
      this.#total += cost;
    };
    const one = () => 1;
    this.#parser = new SequenceParser((format, offset, first) => {
      if (first === GREATER && weigh === null) return new MarkCounter(add);
      const sink = new WeighingSink(weigh ?? one, add);
      this.#sink = sink;
      return format === 'fasta' ? new FastaScanner(sink, null, offset) : new FastqScanner(sink, null, offset);
    });
  }

  /**
   * Takes the next piece, which may be empty; its memory may be used again after the call.
   * @param {Buffer} piece
   */
  take(piece) {
    if (!this.#done) this.#unlessWrong(() => this.#parser.push(piece));
  }

  /** The count once the whole file was taken. */
  finish() {
    if (!this.#done) this.#unlessWrong(() => this.#parser.finish());
    return this.#total;
  }

  /** @param {() => void} step */
  #unlessWrong(step) {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SequenceFileError) || error instanceof ForeignEncodingError) throw error;
      this.#done = true;
      this.#sink?.end();
    }
  }
}

class WeighingSink {
  #weigh;
  #add;
  #letters = 0;
  #open = false;

  /** @param {(letters: number) => number} weigh @param {(cost: number) => void} add */
  constructor(weigh, add) {
    this.#weigh = weigh;
    this.#add = add;
  }

  begin() {
    this.#letters = 0;
    this.#open = true;
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end */
  residues(bytes, start, end) {
    this.#letters += countLetters(bytes, start, end);
    return -1;
  }

  /** A record that is cut off counts as far as it goes. */
  end() {
    if (this.#open) this.#add(this.#weigh(this.#letters));
    this.#open = false;
  }
}

/** Headers of FASTA alone, which is as quick as grep. */
class MarkCounter {
  #add;
  #before = NEWLINE;

  /** @param {(cost: number) => void} add */
  constructor(add) {
    this.#add = add;
  }

  /** @param {Buffer} bytes */
  push(bytes) {
    if (bytes.length === 0) return;
    let records = 0;
    for (
      let at = nextLineWith(bytes, GREATER, 0, this.#before);
      at < bytes.length;
      at = nextLineWith(bytes, GREATER, at + 1, this.#before)
    )
      records += 1;
    this.#add(records);
    this.#before = /** @type {number} */ (bytes[bytes.length - 1]);
  }

  finish() {}
}
