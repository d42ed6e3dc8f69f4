import { countLetters } from './count-letters.mjs';
import { FastaScanner, nextLineWith } from './fasta-scanner.mjs';
import { FastqScanner } from './fastq-scanner.mjs';
import { ForeignEncodingError, SequenceFileError } from './sequence-errors.mjs';
import { SequenceParser } from './sequence-parser.mjs';

const NEWLINE = 0x0a;
const GREATER = 0x3e;

/**
 * Counts the records of a sequence file, or its letters weighted by record. It uses the same rules as the readers of the file, but checks
 * nothing: another file counts 0, and a damaged one counts up to the damage. Only content that cannot be read as text is an error.
 */
export class SequenceCounter {
  #parser;
  #total = 0;
  #done = false;
  /** @type {WeighingSink | null} */
  #sink = null;

  /** @param {((letters: number) => number) | null} weigh the cost of a record with a number of letters; null: each record counts 1 */
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
   * Counts the next piece, which may be empty; its memory may be reused after the call.
   * @param {Buffer} piece
   */
  take(piece) {
    if (!this.#done) this.#unlessWrong(() => this.#parser.push(piece));
  }

  /** Returns the count after the last piece. */
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

  /** Counts a truncated record up to its end. */
  end() {
    if (this.#open) this.#add(this.#weigh(this.#letters));
    this.#open = false;
  }
}

/** Counts only the headers of FASTA, which is as fast as grep. */
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
