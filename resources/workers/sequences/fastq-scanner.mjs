import { endlessHeader, HeaderLine, IdPlace } from './header-line.mjs';
import { ForeignByteError, SequenceFileError } from './sequence-errors.mjs';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const AT = 0x40;
const PLUS = 0x2b;
const NOWHERE = Number.NEGATIVE_INFINITY;

/**
 * Finds the records in the pieces of a FASTQ file. Sequence and quality may have several lines, so the quality ends when it is as long as
 * the sequence: `@` and `+` are also quality values and do not mark a record there. Lines end with LF or CRLF. The sink is that of FastaScanner.
 */
export class FastqScanner {
  #sink;
  #rule;
  #header = new HeaderLine();
  #id;
  /** @type {'between' | 'header' | 'sequence' | 'plus' | 'quality'} what the line at hand is; `between` records at its start */
  #state = 'between';
  #atLineStart = true;
  /** Whether the previous piece ended with a CR, which an LF must follow. */
  #returned = false;
  /** The number of letters of the record without a quality yet. */
  #owed = 0;
  /** The index in the piece of a blank that is the last byte of the current sequence line. */
  #blankAt = NOWHERE;
  #offset;
  #headerOffset = 0;

  /** @param {import('./fasta-scanner.mjs').SequenceSink} sink @param {import('./header-line.mjs').IdRule | null} rule @param {number} [offset] */
  constructor(sink, rule, offset = 0) {
    this.#sink = sink;
    this.#rule = rule;
    this.#id = new IdPlace(rule ?? 'first-word');
    this.#offset = offset;
  }

  /**
   * Scans the next piece; the caller may reuse its memory afterwards.
   * @param {Buffer} bytes
   */
  push(bytes) {
    let nextReturn = bytes.indexOf(RETURN);
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      let letters = end;
      if (this.#returned && end > at) this.#refuseReturn(at - 1);
      if (nextReturn >= 0 && nextReturn < end) {
        if (nextReturn < end - 1) {
          // What comes before it counts, as it does when the piece ends there.
          if (nextReturn > at) this.#takeLine(bytes, at, nextReturn);
          this.#refuseReturn(nextReturn);
        }
        letters = nextReturn;
        this.#returned = newline < 0;
        nextReturn = bytes.indexOf(RETURN, end);
      }
      if (letters > at) this.#takeLine(bytes, at, letters);
      if (newline >= 0) this.#endLine();
      at = end + 1;
    }
    this.#offset += bytes.length;
    this.#blankAt -= bytes.length;
  }

  /** Ends the file. */
  finish() {
    if (!this.#atLineStart) this.#endLine();
    if (this.#state === 'between') return;
    throw new SequenceFileError(
      'its last FASTQ record ends before its quality does. The file was cut off: copy or download it again.',
      { offset: this.#headerOffset },
    );
  }

  /**
   * Processes a line, or the part of one in this piece.
   * @param {Buffer} bytes @param {number} start @param {number} end
   */
  #takeLine(bytes, start, end) {
    if (this.#atLineStart) this.#chooseState(bytes[start], start);
    this.#atLineStart = false;
    if (this.#state === 'header') {
      if (this.#rule !== null) this.#header.add(bytes, start, end);
    } else if (this.#state === 'sequence') {
      this.#takeLetters(bytes, start, end);
    } else if (this.#state === 'quality') {
      this.#takeQuality(start, end);
    }
  }

  /** @param {number} first @param {number} at */
  #chooseState(first, at) {
    if (this.#state === 'sequence' && first === PLUS) this.#state = 'plus';
    if (this.#state !== 'between') return;
    if (first !== AT) this.#refuse('a FASTQ record must begin with "@" here', at);
    this.#state = 'header';
    this.#headerOffset = this.#offset + at;
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end */
  #takeLetters(bytes, start, end) {
    this.#owed += end - start;
    this.#blankAt = bytes[end - 1] === SPACE || bytes[end - 1] === TAB ? end - 1 : NOWHERE;
    const foreign = this.#sink.residues(bytes, start, end);
    if (foreign < 0) return;
    throw new ForeignByteError(/** @type {number} */ (bytes[foreign]), this.#offset + foreign);
  }

  /** @param {number} start @param {number} end */
  #takeQuality(start, end) {
    this.#owed -= end - start;
    if (this.#owed < 0) this.#refuse('the quality of a read is longer than its sequence', start);
  }

  #endLine() {
    this.#atLineStart = true;
    this.#returned = false;
    if (this.#blankAt !== NOWHERE)
      this.#refuse('a blank ends the sequence of a read, and no quality belongs to it', this.#blankAt);
    if (this.#state === 'header') this.#beginRecord();
    else if (this.#state === 'plus') this.#state = 'quality';
    if (this.#state === 'quality' && this.#owed === 0) this.#endRecord();
  }

  #beginRecord() {
    this.#state = 'sequence';
    let named = true;
    if (this.#rule !== null) {
      const { cut } = this.#header;
      const whole = this.#header.take();
      named = this.#id.find(whole, 1, whole.length, this.#headerOffset);
      if (cut && this.#id.end === whole.length) throw endlessHeader(this.#headerOffset);
    }
    this.#sink.begin(this.#id, named, this.#headerOffset);
  }

  #endRecord() {
    this.#state = 'between';
    this.#sink.end();
  }

  /** @param {number} at */
  #refuseReturn(at) {
    this.#refuse('a line ends with a CR alone, as on old Macs; in FASTQ lines end with LF or CRLF. Convert it', at);
  }

  /**
   * @param {string} what @param {number} at
   * @returns {never}
   */
  #refuse(what, at) {
    throw new SequenceFileError(`${what}. The file is damaged or not FASTQ.`, { offset: this.#offset + at });
  }
}
