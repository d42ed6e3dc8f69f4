/**
 * An error in an input file, not in the program: the message contains what is wrong and what to do. `offset` is the place of the error in the
 * unpacked text, for a caller that can convert it into a line.
 */
export class SequenceFileError extends Error {
  /** @type {number | null} */
  offset = null;
  /** zlib's code for damaged compressed data. @type {string | undefined} */
  code;

  /** @param {string} message @param {{ offset?: number, code?: string }} [more] */
  constructor(message, { offset, code } = {}) {
    super(message);
    this.offset = offset ?? null;
    this.code = code;
  }
}

/** The compression or encoding of the file is not supported, so its content cannot be counted either. */
export class ForeignEncodingError extends SequenceFileError {}

/** A byte at a place where it is not allowed; the caller, which knows the record and the alphabet, creates the message. */
export class ForeignByteError extends SequenceFileError {
  byte;

  /** @param {number} byte @param {number} offset */
  constructor(byte, offset) {
    super(`${showByte(byte)} cannot stand in a sequence`, { offset });
    this.byte = byte;
  }
}

/** Returns a byte for people: `"E"`, or `\x00` when it is not printable. @param {number} byte */
export function showByte(byte) {
  return byte > 0x20 && byte < 0x7f
    ? JSON.stringify(String.fromCharCode(byte))
    : `\\x${byte.toString(16).padStart(2, '0')}`;
}
