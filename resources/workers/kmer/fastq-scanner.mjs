import { HeaderLine } from './header-line.mjs';
import { SequenceFileError } from './sequence-errors.mjs';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const AT = 0x40;
const PLUS = 0x2b;

/**
 * Finds the sequences in the pieces of a FASTQ file. Sequence and quality may go over several lines, so the quality ends where it is
 * as long as the sequence: `@` and `+` are quality values, too, and cannot be trusted there. The sink is that of FastaScanner.
 */
export class FastqScanner {
  #sink;
  #header = new HeaderLine();
  #id = '';
  /** @type {'between' | 'header' | 'sequence' | 'plus' | 'quality'} what the line at hand is; `between` records at its start */
  #state = 'between';
  #atLineStart = true;
  /** Residues of the record that have no quality yet. */
  #owed = 0;
  #line = 1;

  /** @param {import('./fasta-scanner.mjs').SequenceSink} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /**
   * Takes the next piece; it may be used again by the caller afterwards.
   * @param {Uint8Array} bytes
   */
  push(bytes) {
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      this.#takeLine(bytes, at, end);
      if (newline >= 0) this.#endLine();
      at = end + 1;
    }
  }

  /** The file has ended. */
  finish() {
    if (!this.#atLineStart) this.#endLine();
    if (this.#state === 'between') return;
    throw new SequenceFileError(
      `the FASTQ record "${this.#id}" ends before its quality does. The file was cut off: copy or download it again.`,
    );
  }

  /**
   * A line, or the part of one that this piece holds.
   * @param {Uint8Array} bytes @param {number} start @param {number} end
   */
  #takeLine(bytes, start, end) {
    if (end === start) return;
    if (this.#atLineStart) this.#chooseState(bytes[start]);
    this.#atLineStart = false;
    if (this.#state === 'header') this.#header.add(bytes, start, end);
    else if (this.#state === 'sequence') this.#takeResidues(bytes, start, end);
    else if (this.#state === 'quality') this.#takeQuality(bytes, start, end);
  }

  /** @param {number} first */
  #chooseState(first) {
    if (this.#state === 'sequence' && first === PLUS) this.#state = 'plus';
    if (this.#state !== 'between' || first === CARRIAGE_RETURN) return;
    if (first === AT) this.#state = 'header';
    else this.#refuse('a FASTQ record must begin with "@" here');
  }

  /** @param {Uint8Array} bytes @param {number} start @param {number} end */
  #takeResidues(bytes, start, end) {
    this.#owed += lengthWithoutReturn(bytes, start, end);
    this.#sink.residues(bytes, start, end);
  }

  /** @param {Uint8Array} bytes @param {number} start @param {number} end */
  #takeQuality(bytes, start, end) {
    this.#owed -= lengthWithoutReturn(bytes, start, end);
    if (this.#owed < 0) this.#refuse(`the quality of "${this.#id}" is longer than its sequence`);
  }

  #endLine() {
    this.#line += 1;
    this.#atLineStart = true;
    if (this.#state === 'header') this.#beginRecord();
    else if (this.#state === 'plus') this.#state = 'quality';
    if (this.#state === 'quality' && this.#owed === 0) this.#endRecord();
  }

  #beginRecord() {
    this.#id = this.#header.takeId();
    this.#state = 'sequence';
    this.#sink.begin(this.#id);
  }

  #endRecord() {
    this.#state = 'between';
    this.#sink.end();
  }

  /**
   * @param {string} what
   * @returns {never}
   */
  #refuse(what) {
    throw new SequenceFileError(`line ${this.#line}: ${what}. The file is damaged or not FASTQ.`);
  }
}

/** @param {Uint8Array} bytes @param {number} start @param {number} end */
function lengthWithoutReturn(bytes, start, end) {
  return bytes[end - 1] === CARRIAGE_RETURN ? end - start - 1 : end - start;
}
