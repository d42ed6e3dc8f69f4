import { isUtf8 } from 'node:buffer';
import { SequenceFileError } from './sequence-errors.mjs';

const SPACE = 0x20;
const TAB = 0x09;
/** NCBI joins the headers of equal sequences with this character; the first header counts. */
const HEADER_JOINT = 0x01;

/** The largest part of a header that is kept: an id is far shorter, and a file without line ends must not fill the memory. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** @typedef {'first-word' | 'whole-header'} IdRule how much of a header is the id */

/** Collects a header line that spans several pieces of a file. */
export class HeaderLine {
  #bytes = Buffer.allocUnsafe(256);
  length = 0;
  /** Whether the header was longer than the part that is kept. */
  cut = false;

  /**
   * Adds the bytes from `start` to `end`, without the line end.
   * @param {Buffer} bytes @param {number} start @param {number} end
   */
  add(bytes, start, end) {
    const wanted = Math.min(end, start + MAX_HEADER_BYTES - this.length);
    this.cut ||= wanted < end;
    if (wanted <= start) return;
    const needed = this.length + wanted - start;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.length, start, wanted);
    this.length = needed;
  }

  /** The header; valid until the next one is added. */
  take() {
    const whole = this.#bytes.subarray(0, this.length);
    this.length = 0;
    this.cut = false;
    return whole;
  }
}

/** The position of an id. Created once and reused for each record, because there are millions. */
export class IdPlace {
  /** @type {Buffer} */
  bytes = Buffer.alloc(0);
  start = 0;
  end = 0;

  /** @returns {string} */
  text() {
    return this.bytes.toString('utf8', this.start, this.end);
  }

  /** The number of headers so far. */
  records = 0;
  #rule;

  /** @param {IdRule} rule */
  constructor(rule) {
    this.#rule = rule;
  }

  /**
   * Finds the id in the next header: its first word, or all of it, without surrounding blanks. An id that is not
   * UTF-8 is converted from Latin-1. A header without a name gets the number of its record.
   * @param {Buffer} bytes @param {number} start behind the mark @param {number} end @param {number} offset where the header begins in the text
   * @returns {boolean} whether it has a name
   * @throws {SequenceFileError} when a control character is in it
   */
  find(bytes, start, end, offset) {
    this.records += 1;
    const firstWord = this.#rule === 'first-word';
    let from = start;
    while (from < end && (bytes[from] === SPACE || bytes[from] === TAB)) from += 1;
    let to = from;
    let plain = true;
    for (; to < end; to++) {
      const byte = bytes[to];
      if (byte === HEADER_JOINT || (firstWord && (byte === SPACE || byte === TAB))) break;
      if (byte < SPACE && byte !== TAB) throw controlInHeader(byte, offset);
      plain = plain && byte < 0x80;
    }
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to -= 1;
    if (to === from) {
      this.#set(Buffer.from(`sequence_${this.records}`));
    } else if (plain || isUtf8(bytes.subarray(from, to))) {
      this.bytes = bytes;
      this.start = from;
      this.end = to;
    } else {
      this.#set(Buffer.from(bytes.toString('latin1', from, to)));
    }
    return to > from;
  }

  /** @param {Buffer} bytes */
  #set(bytes) {
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
  }
}

/** @param {number} byte @param {number} offset */
function controlInHeader(byte, offset) {
  const shown = `\\x${byte.toString(16).padStart(2, '0')}`;
  return new SequenceFileError(`the control character ${shown} is in a header. The file is damaged.`, { offset });
}

/** @param {number} offset */
export function endlessHeader(offset) {
  return new SequenceFileError(`an id is longer than ${MAX_HEADER_BYTES} bytes. Are line ends missing?`, { offset });
}
