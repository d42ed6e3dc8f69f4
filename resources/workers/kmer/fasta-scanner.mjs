import { HeaderLine } from './header-line.mjs';

const NEWLINE = 0x0a;
const GREATER = 0x3e;

/** @typedef {{ begin(id: string): void, residues(bytes: Uint8Array, start: number, end: number): void, end(): void }} SequenceSink */

/**
 * Finds the sequences in the pieces of a FASTA file. A `>` begins one only at the start of a line.
 * The sink gets `begin(id)`, `residues(bytes, start, end)` any number of times (line ends included), and `end()`.
 */
export class FastaScanner {
  #sink;
  #header = new HeaderLine();
  #inHeader = false;
  #inSequence = false;
  #lastByte = NEWLINE;

  /** @param {SequenceSink} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /**
   * Takes the next piece; it may be used again by the caller afterwards. The first must begin with a header.
   * @param {Uint8Array} bytes
   */
  push(bytes) {
    let at = 0;
    while (at < bytes.length) at = this.#inHeader ? this.#scanHeader(bytes, at) : this.#scanResidues(bytes, at);
    if (bytes.length > 0) this.#lastByte = bytes[bytes.length - 1];
  }

  /** The file has ended. */
  finish() {
    if (this.#inHeader) this.#beginSequence();
    this.#endSequence();
  }

  /** @param {Uint8Array} bytes @param {number} start */
  #scanHeader(bytes, start) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    this.#header.add(bytes, start, end);
    if (newline < 0) return end;
    this.#beginSequence();
    return newline + 1;
  }

  /** @param {Uint8Array} bytes @param {number} start */
  #scanResidues(bytes, start) {
    const next = this.#findHeader(bytes, start);
    if (next > start && this.#inSequence) this.#sink.residues(bytes, start, next);
    if (next === bytes.length) return next;
    this.#endSequence();
    this.#inHeader = true;
    return next;
  }

  /**
   * Searching for the mark instead of line by line lets the residues of many lines go to the counter in one piece.
   * @param {Uint8Array} bytes @param {number} start
   */
  #findHeader(bytes, start) {
    let mark = bytes.indexOf(GREATER, start);
    while (mark >= 0) {
      const before = mark === 0 ? this.#lastByte : bytes[mark - 1];
      if (before === NEWLINE) return mark;
      mark = bytes.indexOf(GREATER, mark + 1);
    }
    return bytes.length;
  }

  #beginSequence() {
    this.#inHeader = false;
    this.#inSequence = true;
    this.#sink.begin(this.#header.takeId());
  }

  #endSequence() {
    if (this.#inSequence) this.#sink.end();
    this.#inSequence = false;
  }
}
