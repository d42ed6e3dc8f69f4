const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Counts something in a file that is read in pieces, cut at any position. */
export interface Counter {
  /** Counts the next piece, which may be empty; its memory is reused after the call. */
  take(piece: Buffer): void;
  /** Returns the count after the last piece. */
  finish(): number;
}

/** Counts lines, including a last one without a line end. */
export class LineCounter implements Counter {
  #lines = 0;
  #open = false;

  take(piece: Buffer): void {
    if (piece.length === 0) return;
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) this.#lines++;
    this.#open = piece[piece.length - 1] !== NEWLINE;
  }

  finish(): number {
    return this.#lines + (this.#open ? 1 : 0);
  }
}

/** Counts lines with more than white space: the records of a JSON-lines file. */
export class RecordCounter implements Counter {
  #records = 0;
  /** Whether the current line was counted. */
  #counted = false;

  take(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      const newline = piece.indexOf(NEWLINE, at);
      const end = newline === -1 ? piece.length : newline;
      if (!this.#counted && holdsVisible(piece, at, end)) {
        this.#records++;
        this.#counted = true;
      }
      if (newline !== -1) this.#counted = false;
      at = end + 1;
    }
  }

  finish(): number {
    return this.#records;
  }
}

/** Whether any byte between two positions is above a space; fast when the first one is. */
function holdsVisible(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] ?? 0) > SPACE) return true;
  return false;
}
