import { bytePieces } from './byte-pieces.mjs';
import { FastaScanner } from './fasta-scanner.mjs';
import { FastqScanner } from './fastq-scanner.mjs';
import { headersOf, headerTexts, placesAt } from './places.mjs';
import { SeenIds } from './seen-ids.mjs';
import { ForeignByteError, SequenceFileError } from './sequence-errors.mjs';
import { SequenceParser } from './sequence-parser.mjs';

/** The largest number of records in a message or a report. */
const NAMED = 5;
const REPORTED = 20;
/** The number of bytes of a header in a message. */
const SHOWN_HEADER_BYTES = 100;

/**
 * The result of a record. `empty`: a read without letters that is kept, so that rows stay aligned with those of its mate.
 * @typedef {'kept' | 'empty' | 'left-out'} RecordEnd
 */

/**
 * Receives the sequences. `end` returns the result of the record; one without letters is never `kept`. `foreign` returns a sentence that a
 * byte is not a letter here.
 * @typedef {object} RecordSink
 * @property {(id: import('./header-line.mjs').IdPlace) => void} begin the id is valid during the call
 * @property {(bytes: Buffer, start: number, end: number) => number} residues returns the index of a byte that is not a letter, -1 for none
 * @property {(isRead: boolean) => RecordEnd} end
 * @property {(byte: number, id: string, place: string) => string} foreign
 */

/**
 * The findings besides the sequences.
 * @typedef {object} SequenceFindings
 * @property {number} records all of them
 * @property {{ count: number, ids: string[] }} leftOut records without letters, the first of them named
 * @property {string | null} sameIds a sentence about ids that are there more than once, with the lines of both
 * @property {string[]} warnings other sentences for the log
 */

/**
 * Reads a FASTA or FASTQ file, plain or gzip, in constant memory; docs/sequence-files.md has the rules.
 * @param {string} path
 * @param {RecordSink} sink
 * @param {{ ids?: import('./header-line.mjs').IdRule, onRead?: (done: number, total: number) => void }} [options] `onRead` gets bytes of the file
 * @returns {Promise<SequenceFindings>}
 * @throws {SequenceFileError} when the file is not what it should be; the message names the line
 */
export async function readSequences(path, sink, { ids: rule = 'first-word', onRead = () => {} } = {}) {
  const notes = new RecordNotes(sink);
  const parser = new SequenceParser((format, offset) => {
    notes.isReads = format === 'fastq';
    return format === 'fasta' ? new FastaScanner(notes, rule, offset) : new FastqScanner(notes, rule, offset);
  });
  try {
    for await (const piece of bytePieces(path, onRead)) parser.push(piece);
    parser.finish();
  } catch (error) {
    throw error instanceof SequenceFileError && error.offset !== null
      ? await explain(path, error, sink, notes.id)
      : error;
  }
  return notes.findings(path, rule);
}

/** Passes records from a scanner to a sink, and collects the messages about the file as a whole. */
class RecordNotes {
  isReads = false;
  #sink;
  #seen = new SeenIds();
  #records = 0;
  #leftOut = 0;
  /** The number of records without letters, left out or not. */
  #empty = 0;
  /** @type {string[]} */
  #emptyIds = [];
  /** @type {string[]} */
  #leftOutIds = [];
  #id = Buffer.alloc(256);
  #idLength = 0;
  #unnamed = 0;
  /** @type {number[]} */
  #unnamedAt = [];
  #repeated = 0;
  /** @type {{ id: string, offset: number }[]} */
  #repeats = [];

  /** @param {RecordSink} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /** @param {import('./header-line.mjs').IdPlace} id @param {boolean} named @param {number} offset */
  begin(id, named, offset) {
    this.#records += 1;
    if (!named) {
      this.#unnamed += 1;
      if (this.#unnamedAt.length < NAMED) this.#unnamedAt.push(offset);
    }
    if (this.#seen.add(id.bytes, id.start, id.end)) {
      this.#repeated += 1;
      if (this.#repeats.length < NAMED) this.#repeats.push({ id: id.text(), offset });
    }
    this.#keepId(id);
    this.#sink.begin(id);
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end */
  residues(bytes, start, end) {
    return this.#sink.residues(bytes, start, end);
  }

  end() {
    const end = this.#sink.end(this.isReads);
    if (end === 'kept') return;
    this.#empty += 1;
    if (this.#emptyIds.length < NAMED) this.#emptyIds.push(this.id);
    if (end === 'empty') return;
    this.#leftOut += 1;
    if (this.#leftOutIds.length < REPORTED) this.#leftOutIds.push(this.id);
  }

  /** The id of the current record. */
  get id() {
    return this.#id.toString('utf8', 0, this.#idLength);
  }

  /** Copies by a loop, which is faster for few bytes. @param {import('./header-line.mjs').IdPlace} id */
  #keepId({ bytes, start, end }) {
    this.#idLength = end - start;
    if (this.#id.length < this.#idLength) this.#id = Buffer.alloc(2 * this.#idLength);
    for (let at = start; at < end; at++) this.#id[at - start] = /** @type {number} */ (bytes[at]);
  }

  /**
   * @param {string} path @param {import('./header-line.mjs').IdRule} rule
   * @returns {Promise<SequenceFindings>}
   */
  async findings(path, rule) {
    const sameIds = this.#repeated === 0 ? null : await this.#tellRepeats(path, rule);
    const warnings = [];
    if (this.#unnamed > 0) warnings.push(await this.#tellUnnamed(path));
    if (this.#leftOut > 0) warnings.push(this.#tellLeftOut());
    if (this.#seen.full) warnings.push('there are too many ids to look for equal ones among all of them.');
    if (this.#records === 0)
      throw new SequenceFileError('it holds no sequences, only comments. Leave it out, or look why.');
    if (this.#empty === this.#records) {
      const names = listed(this.#emptyIds, this.#empty);
      throw new SequenceFileError(`none of its ${this.#records} records has a letter (${names}). Is the file cut off?`);
    }
    return { records: this.#records, leftOut: { count: this.#leftOut, ids: this.#leftOutIds }, sameIds, warnings };
  }

  #tellLeftOut() {
    const names = listed(this.#leftOutIds.slice(0, NAMED), this.#leftOut);
    const records = this.#leftOut === 1 ? '1 record has' : `${this.#leftOut} records have`;
    return `${records} no letters and ${this.#leftOut === 1 ? 'is' : 'are'} left out: ${names}`;
  }

  /** @param {string} path */
  async #tellUnnamed(path) {
    const places = await placesAt(path, this.#unnamedAt);
    const lines = listed(
      places.map(({ line }) => String(line)),
      this.#unnamed,
    );
    const many = this.#unnamed > 1;
    return `${many ? `${this.#unnamed} headers have` : '1 header has'} no name (line${many ? 's' : ''} ${lines}); sequence_N with the number of the record stands for it`;
  }

  /**
   * Finds the lines that have the same id, by reading the file again.
   * @param {string} path @param {import('./header-line.mjs').IdRule} rule
   */
  async #tellRepeats(path, rule) {
    const last = Math.max(...this.#repeats.map(({ offset }) => offset));
    const ids = new Set(this.#repeats.map(({ id }) => id));
    const headers = await headersOf(path, ids, rule, last);
    const pairs = this.#repeats.flatMap(({ id, offset }) => {
      const first = headers.find((header) => header.id === id);
      return first === undefined || first.offset === offset ? [] : [{ id, offsets: [first.offset, offset] }];
    });
    if (pairs.length === 0) return null;
    const offsets = [...new Set(pairs.flatMap((pair) => pair.offsets))].sort((a, b) => a - b);
    const [places, texts] = [await placesAt(path, offsets), await headerTexts(path, offsets, SHOWN_HEADER_BYTES)];
    /** @param {number} offset */
    const shown = (offset) => `line ${places[offsets.indexOf(offset)]?.line} (${texts[offsets.indexOf(offset)]})`;
    const said = pairs.map(({ id, offsets: [a = 0, b = 0] }) => `${id} in ${shown(a)} and ${shown(b)}`);
    const all = listed(said, this.#repeated);
    const why =
      rule === 'first-word'
        ? ' An id ends at the first blank of its header; with ids = whole-header it is all of it.'
        : '';
    return `${this.#repeated === 1 ? '1 id is' : `${this.#repeated} ids are`} there before: ${all}.${why}`;
  }
}

/** @param {readonly string[]} names @param {number} count */
function listed(names, count) {
  const shown = names.slice(0, NAMED);
  const rest = count - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/**
 * Returns the same error with its line.
 * @param {string} path @param {SequenceFileError} error @param {RecordSink} sink @param {string} id of the record at hand
 */
async function explain(path, error, sink, id) {
  const offset = error.offset ?? 0;
  const [place] = await placesAt(path, [offset]);
  const line = `line ${place?.line}`;
  if (!(error instanceof ForeignByteError)) return new SequenceFileError(`${line}: ${error.message}`, { offset });
  return new SequenceFileError(sink.foreign(error.byte, id, `${line}, column ${place?.column}`), { offset });
}
