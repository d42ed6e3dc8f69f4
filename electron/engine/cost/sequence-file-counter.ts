import { AT_SIGN, type Counter, NEWLINE, SPACE } from './counter.ts';

/** The mark that some editors put before UTF-8 text. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A file whose first visible byte is `@` is FASTQ, any other FASTA; until that byte nothing is to be counted. */
export class SequenceFileCounter implements Counter {
  readonly #makeFasta: () => Counter;
  readonly #makeFastq: () => Counter;
  #counter: Counter | null = null;
  #offset = 0;
  #startOfLine = true;

  constructor(makers: { fasta: () => Counter; fastq: () => Counter }) {
    this.#makeFasta = makers.fasta;
    this.#makeFastq = makers.fastq;
  }

  take(piece: Buffer): void {
    if (this.#counter !== null) {
      this.#counter.take(piece);
      return;
    }
    const first = this.#firstVisible(piece);
    if (first === piece.length) return;
    this.#counter = piece[first] === AT_SIGN ? this.#makeFastq() : this.#makeFasta();
    // White space before the sign keeps a `>` from being at the start of its line.
    if (!this.#startOfLine) this.#counter.take(Buffer.from(' '));
    this.#counter.take(piece.subarray(first));
  }

  finish(): number {
    return this.#counter?.finish() ?? 0;
  }

  #firstVisible(piece: Buffer): number {
    for (let at = 0; at < piece.length; at++, this.#offset++) {
      const byte = piece[at] ?? 0;
      if (byte === BYTE_ORDER_MARK[this.#offset]) continue;
      if (byte > SPACE) return at;
      this.#startOfLine = byte === NEWLINE;
    }
    return piece.length;
  }
}
