import { bytePieces } from './byte-pieces.mjs';
import { FastaScanner } from './fasta-scanner.mjs';
import { FastqScanner } from './fastq-scanner.mjs';
import { SequenceFileError } from './sequence-errors.mjs';
import { SequenceParser } from './sequence-parser.mjs';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** @typedef {{ line: number, column: number }} Place counted from 1 */

/**
 * Converts offsets in the text into lines and columns. Lines are counted only here, in a second reading, so that valid files cost nothing.
 * @param {string} path @param {readonly number[]} offsets rising
 * @returns {Promise<Place[]>}
 */
export async function placesAt(path, offsets) {
  /** @type {Place[]} */
  const places = [];
  const state = { line: 1, column: 1, before: 0, offset: 0 };
  for await (const piece of bytePieces(path)) {
    for (const byte of piece) {
      // The LF of a CRLF does not end another line.
      if (byte === NEWLINE && state.before === RETURN) state.column = 0;
      while (offsets[places.length] === state.offset) places.push({ line: state.line, column: state.column });
      if (places.length === offsets.length) return places;
      state.offset += 1;
      state.column += 1;
      if (byte === RETURN || (byte === NEWLINE && state.before !== RETURN)) state.line += 1;
      if (byte === RETURN || byte === NEWLINE) state.column = 1;
      state.before = byte;
    }
  }
  while (places.length < offsets.length) places.push({ line: state.line, column: state.column });
  return places;
}

/** @typedef {{ id: string, offset: number }} FoundHeader */

/**
 * Finds the headers of some ids, up to an offset in the text.
 * @param {string} path @param {ReadonlySet<string>} ids @param {import('./header-line.mjs').IdRule} rule @param {number} until
 * @returns {Promise<FoundHeader[]>}
 */
export async function headersOf(path, ids, rule, until) {
  /** @type {FoundHeader[]} */
  const found = [];
  let done = false;
  const sink = {
    /** @param {import('./header-line.mjs').IdPlace} id @param {boolean} _named @param {number} offset */
    begin(id, _named, offset) {
      done = offset > until;
      const text = id.text();
      if (!done && ids.has(text)) found.push({ id: text, offset });
    },
    residues: () => -1,
    end: () => {},
  };
  const parser = new SequenceParser((format, offset) =>
    format === 'fasta' ? new FastaScanner(sink, rule, offset) : new FastqScanner(sink, rule, offset),
  );
  try {
    for await (const piece of bytePieces(path)) {
      parser.push(piece);
      if (done) return found;
    }
    parser.finish();
  } catch (error) {
    // The file was read up to here before, and errors after that were reported then.
    if (!(error instanceof SequenceFileError)) throw error;
  }
  return found;
}

/**
 * Returns the beginnings of header lines, for a message.
 * @param {string} path @param {readonly number[]} offsets rising @param {number} most bytes of each
 * @returns {Promise<string[]>}
 */
export async function headerTexts(path, offsets, most) {
  /** @type {Buffer[]} */
  const texts = offsets.map(() => Buffer.alloc(0));
  let from = 0;
  for await (const piece of bytePieces(path)) {
    for (const [index, offset] of offsets.entries()) {
      const [start, end] = [Math.max(offset, from), Math.min(offset + most, from + piece.length)];
      if (start < end)
        texts[index] = Buffer.concat([texts[index] ?? Buffer.alloc(0), piece.subarray(start - from, end - from)]);
    }
    from += piece.length;
    if (from > (offsets.at(-1) ?? 0) + most) break;
  }
  return texts.map((text) => (/^[^\r\n]*/.exec(text.toString('utf8'))?.[0] ?? '').replace(/\p{Cc}/gu, ' ').trim());
}
