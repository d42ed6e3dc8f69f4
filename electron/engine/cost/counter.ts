/** Counts something in a file that comes in pieces, cut anywhere. */
export interface Counter {
  /** Takes the next piece, which may be empty; its memory is used again after the call. */
  take(piece: Buffer): void;
  /** The count once the whole file was taken. */
  finish(): number;
}
