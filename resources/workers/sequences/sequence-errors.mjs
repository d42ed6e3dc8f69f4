/**
 * Something is wrong with an input file, not with the program: the message says what, and what to do about it. `offset` is the place in the
 * unpacked text where it was seen, for whoever can turn it into a line.
 */
export class SequenceFileError extends Error {
  /** @type {number | null} */
  offset = null;
  /** zlib's code where compressed data is damaged. @type {string | undefined} */
  code;

  /** @param {string} message @param {{ offset?: number, code?: string }} [more] */
  constructor(message, { offset, code } = {}) {
    super(message);
    this.offset = offset ?? null;
    this.code = code;
  }
}

/** The file is compressed or encoded in a way that is not read, so that nothing of it can be counted either. */
export class ForeignEncodingError extends SequenceFileError {}

/** A byte that cannot stand where it was found; who knows the record and what its letters mean says it in words. */
export class ForeignByteError extends SequenceFileError {
  byte;

  /** @param {number} byte @param {number} offset */
  constructor(byte, offset) {
    super(`${showByte(byte)} cannot stand in a sequence`, { offset });
    this.byte = byte;
  }
}

/** A byte for people: `"E"`, or `\x00` where it has no sign of its own. @param {number} byte */
export function showByte(byte) {
  return byte > 0x20 && byte < 0x7f
    ? JSON.stringify(String.fromCharCode(byte))
    : `\\x${byte.toString(16).padStart(2, '0')}`;
}
