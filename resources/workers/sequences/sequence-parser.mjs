import { foreignEncoding, notSequences, TELLING_BYTES } from './foreign-formats.mjs';
import { ForeignEncodingError, SequenceFileError, showByte } from './sequence-errors.mjs';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const NEWLINE = 0x0a;
const GREATER = 0x3e;
const SEMICOLON = 0x3b;
const AT = 0x40;

/** @typedef {{ push(bytes: Buffer): void, finish(): void }} Scanner */
/**
 * Creates the scanner of a file. `offset` is the start of its first piece in the text, and `first` its first byte.
 * @typedef {(format: 'fasta' | 'fastq', offset: number, first: number) => Scanner} MakeScanner
 */

/**
 * Recognizes the format of a file by its beginning and passes the file to a scanner. After a byte order mark and blanks, `>` and `;` begin
 * FASTA and `@` begins FASTQ; any other file has no sequences.
 */
export class SequenceParser {
  #make;
  /** @type {Scanner | null} */
  #scanner = null;
  /** The bytes before the format was known. */
  #head = Buffer.alloc(0);
  /** The offset of the head in the text. */
  #offset = 0;
  #looked = false;

  /** @param {MakeScanner} make */
  constructor(make) {
    this.#make = make;
  }

  /**
   * Parses the next piece; the caller may reuse its memory afterwards.
   * @param {Buffer} bytes
   * @throws {SequenceFileError} when it is no file of sequences
   */
  push(bytes) {
    if (this.#scanner !== null) this.#scanner.push(bytes);
    else if (this.#head.length === 0 && bytes.length >= TELLING_BYTES) this.#open(bytes, false);
    else if (bytes.length > 0) this.#open(Buffer.concat([this.#head, bytes]), false);
  }

  /**
   * Ends the file.
   * @throws {SequenceFileError} when it holds no sequences, or its last one is not whole
   */
  finish() {
    if (this.#scanner === null) this.#open(this.#head, true);
    if (this.#scanner === null)
      throw new SequenceFileError('it holds no sequences. Leave it out, or look why it is empty.');
    this.#scanner.finish();
  }

  /** @param {Buffer} head @param {boolean} ended */
  #open(head, ended) {
    if (head.length < TELLING_BYTES && !ended) {
      this.#head = Buffer.from(head);
      return;
    }
    if (!this.#looked) this.#lookAtStart(head);
    const start = firstVisible(head, this.#offset === 0 && head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0);
    this.#offset += start;
    this.#head = Buffer.alloc(0);
    if (start < head.length) this.#choose(head.subarray(start), ended);
  }

  /** @param {Buffer} head */
  #lookAtStart(head) {
    this.#looked = true;
    const encoding = foreignEncoding(head);
    if (encoding !== null) throw new ForeignEncodingError(encoding);
  }

  /** @param {Buffer} text @param {boolean} ended */
  #choose(text, ended) {
    const first = /** @type {number} */ (text[0]);
    if (first === GREATER || first === SEMICOLON || first === AT) {
      const scanner = this.#make(first === AT ? 'fastq' : 'fasta', this.#offset, first);
      this.#scanner = scanner;
      scanner.push(text);
    } else if (text.length < TELLING_BYTES && !ended) {
      this.#head = Buffer.from(text);
    } else {
      throw new SequenceFileError(notSequences(text) ?? neither(first), { offset: this.#offset });
    }
  }
}

/** @param {Buffer} bytes @param {number} from */
function firstVisible(bytes, from) {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at])) at += 1;
  return at;
}

/** @param {number | undefined} byte */
function isBlank(byte) {
  return byte === SPACE || byte === TAB || byte === RETURN || byte === NEWLINE;
}

/** @param {number} first */
function neither(first) {
  return `it is neither FASTA nor FASTQ: its first character is ${showByte(first)}, expected ">" or "@".`;
}
