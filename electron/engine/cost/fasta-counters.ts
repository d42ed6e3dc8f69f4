import { type Counter, GREATER_THAN, NEWLINE, SEMICOLON } from './counter.ts';
import { asPiece, countVisible } from './visible-bytes.ts';

/** Sequences of a FASTA file: `>` at the start of a line. One inside a line is text. */
export class FastaSequenceCounter implements Counter {
  #sequences = 0;
  #before = NEWLINE;

  take(piece: Buffer): void {
    if (piece.length === 0) return;
    const before = this.#before;
    let sequences = 0;
    // Looking for the sign and then at the byte before it is as quick as grep; looking for line ends takes twice as long.
    for (let at = piece.indexOf(GREATER_THAN); at !== -1; at = piece.indexOf(GREATER_THAN, at + 1)) {
      if ((at === 0 ? before : piece[at - 1]) === NEWLINE) sequences++;
    }
    this.#sequences += sequences;
    this.#before = piece[piece.length - 1] ?? NEWLINE;
  }

  finish(): number {
    return this.#sequences;
  }
}

/** What the lengths of a file's sequences add up to. */
export type LengthWeight = (residues: number) => number;

/**
 * Residues of a FASTA file, weighed by sequence. Residues are what is visible in the lines after a header; lines that begin with `;`
 * are comments, and what stands before the first header belongs to no sequence.
 */
export class FastaResidueCounter implements Counter {
  readonly #weigh: LengthWeight;
  #total = 0;
  #residues = 0;
  /** Before the first header there is no sequence. */
  #started = false;
  /** Inside a header or a comment, up to the end of its line. */
  #skipping = false;
  #before = NEWLINE;

  constructor(weigh: LengthWeight) {
    this.#weigh = weigh;
  }

  take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const piece = asPiece(bytes);
    const markers = new LineMarkers(bytes, this.#before);
    for (let at = this.#endOfSkip(bytes, 0); at < bytes.length; ) {
      const marker = markers.next(at);
      if (this.#started) this.#residues += countVisible(piece, at, marker);
      if (marker === bytes.length) break;
      if (bytes[marker] === GREATER_THAN) this.#nextSequence();
      this.#skipping = true;
      at = this.#endOfSkip(bytes, marker);
    }
    this.#before = bytes[bytes.length - 1] ?? NEWLINE;
  }

  finish(): number {
    this.#nextSequence();
    return this.#total;
  }

  #nextSequence(): void {
    this.#total += this.#weigh(this.#residues);
    this.#residues = 0;
    this.#started = true;
  }

  /** Where the line that is left out ends, or the position itself when none is. */
  #endOfSkip(bytes: Buffer, at: number): number {
    if (!this.#skipping) return at;
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline === -1) return bytes.length;
    this.#skipping = false;
    return newline + 1;
  }
}

/** Finds the lines of a piece that begin with `>` or `;`. */
class LineMarkers {
  readonly #bytes: Buffer;
  readonly #before: number;
  /** The next comment: searched for again only once it was passed, so a file without any pays one search per piece. */
  #comment = -1;

  constructor(bytes: Buffer, before: number) {
    this.#bytes = bytes;
    this.#before = before;
  }

  /** The first marker at a position or behind it; the piece's length when there is none. */
  next(from: number): number {
    if (this.#comment < from) this.#comment = this.#find(SEMICOLON, from);
    return Math.min(this.#comment, this.#find(GREATER_THAN, from));
  }

  #find(sign: number, from: number): number {
    for (let at = this.#bytes.indexOf(sign, from); at !== -1; at = this.#bytes.indexOf(sign, at + 1)) {
      if ((at === 0 ? this.#before : this.#bytes[at - 1]) === NEWLINE) return at;
    }
    return this.#bytes.length;
  }
}
