import { type Counter, NEWLINE } from './counter.ts';
import type { LengthWeight } from './fasta-counters.ts';
import { asPiece, countVisible, holdsVisible, type Piece } from './visible-bytes.ts';

/** A record is four lines: header, sequence, a line with `+`, qualities. */
const LINES_PER_RECORD = 4;
const HEADER_LINE = 0;
const SEQUENCE_LINE = 1;

/**
 * Reads of a FASTQ file, weighed by length. Blank lines between records are left out; inside one they are an empty read or its empty
 * qualities. A file that ends inside a record counts that record.
 */
export class FastqCounter implements Counter {
  readonly #weigh: LengthWeight;
  #total = 0;
  #residues = 0;
  #line = HEADER_LINE;
  #headerSeen = false;

  constructor(weigh: LengthWeight) {
    this.#weigh = weigh;
  }

  take(bytes: Buffer): void {
    const piece = asPiece(bytes);
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline === -1 ? bytes.length : newline;
      this.#takePart(piece, at, end);
      if (newline !== -1) this.#endLine();
      at = end + 1;
    }
  }

  finish(): number {
    if (this.#headerSeen) this.#endRecord();
    return this.#total;
  }

  #takePart(piece: Piece, from: number, to: number): void {
    if (this.#line === SEQUENCE_LINE) this.#residues += countVisible(piece, from, to);
    else if (this.#line === HEADER_LINE && !this.#headerSeen) this.#headerSeen = holdsVisible(piece.bytes, from, to);
  }

  #endLine(): void {
    if (!this.#headerSeen) return;
    this.#line++;
    if (this.#line === LINES_PER_RECORD) this.#endRecord();
  }

  #endRecord(): void {
    this.#total += this.#weigh(this.#residues);
    this.#residues = 0;
    this.#line = HEADER_LINE;
    this.#headerSeen = false;
  }
}
