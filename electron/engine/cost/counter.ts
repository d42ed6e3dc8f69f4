/** Counts something in a file that comes in pieces, cut anywhere. */
export interface Counter {
  /** Takes the next piece, which may be empty; its memory is used again after the call. */
  take(piece: Buffer): void;
  /** The count once the whole file was taken. */
  finish(): number;
}

/** Byte values that the counters look for. */
export const NEWLINE = 0x0a;
export const SPACE = 0x20;
export const GREATER_THAN = 0x3e;
export const SEMICOLON = 0x3b;
export const AT_SIGN = 0x40;
