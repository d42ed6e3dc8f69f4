import { endlessHeader, HeaderLine, IdPlace } from './header-line.mjs';
import { ForeignByteError, SequenceFileError } from './sequence-errors.mjs';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const GREATER = 0x3e;
const SEMICOLON = 0x3b;

/**
 * Receives the results of a scanner. `begin` gets the id and the offset of its header in the text. `residues` gets letters with line ends and
 * blanks among them, any number of times, and returns the index of a byte that is not a letter, or -1. `end` ends the record.
 * @typedef {object} SequenceSink
 * @property {(id: IdPlace, named: boolean, offset: number) => void} begin the id is valid during the call
 * @property {(bytes: Buffer, start: number, end: number) => number} residues
 * @property {() => void} end
 */

/** @typedef {import('./header-line.mjs').IdRule} IdRule */

/** Whether a line begins after this byte: lines end with LF, CR, or both. @param {number | undefined} before */
function endsLine(before) {
  return before === NEWLINE || before === RETURN;
}

/**
 * Returns the start of the next line that begins with a sign; the length for none. Searching for the sign and then checking the previous byte
 * is as fast as grep; searching for line ends takes twice as long.
 * @param {Buffer} bytes @param {number} sign @param {number} from @param {number} before the byte before the piece
 */
export function nextLineWith(bytes, sign, from, before) {
  for (let at = bytes.indexOf(sign, from); at !== -1; at = bytes.indexOf(sign, at + 1))
    if (endsLine(at === 0 ? before : bytes[at - 1])) return at;
  return bytes.length;
}

/** Finds positions in a piece. Each kind is searched again only after its last position was passed, so a rare kind costs one search per piece. */
class PieceLines {
  /** @type {Buffer} */
  #bytes = Buffer.alloc(0);
  #before = NEWLINE;
  #comment = -1;
  #newline = -1;
  #return = -1;

  /** @param {Buffer} bytes @param {number} before the byte before the piece */
  open(bytes, before) {
    this.#bytes = bytes;
    this.#before = before;
    this.#comment = -1;
    this.#newline = -1;
    this.#return = -1;
  }

  /** Returns the start of a header or comment at a position or after it; the length for none. @param {number} from */
  nextMark(from) {
    if (this.#comment < from) this.#comment = nextLineWith(this.#bytes, SEMICOLON, from, this.#before);
    return Math.min(this.#comment, nextLineWith(this.#bytes, GREATER, from, this.#before));
  }

  /** Returns the end of the line that a position is in; the length when it is not in this piece. @param {number} from */
  endOfLine(from) {
    if (this.#newline < from) this.#newline = this.#find(NEWLINE, from);
    if (this.#return < from) this.#return = this.#find(RETURN, from);
    return Math.min(this.#newline, this.#return);
  }

  /** @param {number} byte @param {number} from */
  #find(byte, from) {
    const at = this.#bytes.indexOf(byte, from);
    return at === -1 ? this.#bytes.length : at;
  }
}

/**
 * Finds the records in the pieces of a FASTA file. A `>` begins a record and a `;` a comment, only at the start of a line. The line end after
 * a header is passed on with the letters.
 */
export class FastaScanner {
  #sink;
  #rule;
  #lines = new PieceLines();
  #header = new HeaderLine();
  #id;
  /** @type {'letters' | 'header' | 'comment'} what the next piece begins in */
  #state = 'letters';
  #records = 0;
  #lastByte = NEWLINE;
  /** The offset of the piece in the text. */
  #offset;
  #headerOffset = 0;

  /** @param {SequenceSink} sink @param {IdRule | null} rule null: ids are not needed @param {number} [offset] of the first piece in the text */
  constructor(sink, rule, offset = 0) {
    this.#sink = sink;
    this.#rule = rule;
    this.#id = new IdPlace(rule ?? 'first-word');
    this.#offset = offset;
  }

  /**
   * Scans the next piece; the caller may reuse its memory afterwards.
   * @param {Buffer} bytes
   */
  push(bytes) {
    if (bytes.length === 0) return;
    this.#lines.open(bytes, this.#lastByte);
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'letters') at = this.#scanLetters(bytes, at);
      else if (this.#state === 'header') at = this.#scanHeader(bytes, at);
      else at = this.#scanComment(bytes, at);
    }
    this.#lastByte = /** @type {number} */ (bytes[bytes.length - 1]);
    this.#offset += bytes.length;
  }

  /** Ends the file. */
  finish() {
    if (this.#state === 'header') this.#takeHeader();
    if (this.#records > 0) this.#sink.end();
  }

  /** @param {Buffer} bytes @param {number} start */
  #scanLetters(bytes, start) {
    const mark = this.#lines.nextMark(start);
    if (mark > start) this.#takeLetters(bytes, start, mark);
    if (mark === bytes.length) return mark;
    this.#state = bytes[mark] === GREATER ? 'header' : 'comment';
    if (this.#state === 'comment') return this.#scanComment(bytes, mark);
    if (this.#records > 0) this.#sink.end();
    this.#headerOffset = this.#offset + mark;
    return this.#scanHeader(bytes, mark);
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end */
  #takeLetters(bytes, start, end) {
    if (this.#records === 0) this.#refuseText(bytes, start, end);
    const foreign = this.#sink.residues(bytes, start, end);
    if (foreign < 0) return;
    throw new ForeignByteError(/** @type {number} */ (bytes[foreign]), this.#offset + foreign);
  }

  /** Refuses letters before the first header, which belong to no record. @param {Buffer} bytes @param {number} start @param {number} end */
  #refuseText(bytes, start, end) {
    for (let at = start; at < end; at++) {
      if (bytes[at] > SPACE) {
        throw new SequenceFileError('it is not FASTA: letters stand before the first header.', {
          offset: this.#offset + at,
        });
      }
    }
  }

  /** Keeps a header that continues in the next piece; reads a complete one in place. @param {Buffer} bytes @param {number} start */
  #scanHeader(bytes, start) {
    const end = this.#lines.endOfLine(start);
    if (end === bytes.length || this.#header.length > 0) {
      if (this.#rule !== null) this.#header.add(bytes, start, end);
      else this.#header.length = 1;
      if (end < bytes.length) this.#takeHeader();
    } else {
      this.#begin(bytes, start + 1, end, false);
    }
    return end;
  }

  #takeHeader() {
    const { cut } = this.#header;
    const whole = this.#header.take();
    this.#begin(whole, 1, whole.length, cut);
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end @param {boolean} cut */
  #begin(bytes, start, end, cut) {
    this.#state = 'letters';
    this.#records += 1;
    let named = true;
    if (this.#rule !== null) {
      named = this.#id.find(bytes, start, end, this.#headerOffset);
      if (cut && this.#id.end === end) throw endlessHeader(this.#headerOffset);
    }
    this.#sink.begin(this.#id, named, this.#headerOffset);
  }

  /** @param {Buffer} bytes @param {number} start */
  #scanComment(bytes, start) {
    const end = this.#lines.endOfLine(start);
    if (end < bytes.length) this.#state = 'letters';
    return end;
  }
}
