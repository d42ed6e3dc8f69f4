const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Counts something in a file that comes in pieces, cut anywhere. */
export interface Counter {
  /** Takes the next piece, which may be empty; its memory is used again after the call. */
  take(piece: Buffer): void;
  /** The count once the whole file was taken. */
  finish(): number;
}

/** Lines; a last one without a line end counts. */
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

/** Lines that hold more than white space: the records of a JSON-lines file. */
export class RecordCounter implements Counter {
  #records = 0;
  /** Whether the line that is not ended yet was counted. */
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

/** Whether any byte between two positions is above a space; quick where the first one is. */
function holdsVisible(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] ?? 0) > SPACE) return true;
  return false;
}
