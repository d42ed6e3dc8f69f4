import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
// The workers' own reader for compressed files, so that rows can be counted in every file that they can read.
import { gunzipPieces, isGzip } from '../../../../../resources/workers/sequences/gunzip.mjs';
import { messageOf } from '../../../../../shared/message-of.ts';
import type { FileRows } from './file-rows.ts';

/**
 * What counts as a row of a text. `records`: every line that is not only white space, as in JSON Lines. `ids`: every line, because an id may
 * be empty. `csv` and `tsv`: rows that may have line ends within quotes. The first row may hold the names of the columns.
 */
type TableForm = 'records' | 'ids' | 'csv' | 'tsv';

const READ_BYTES = 256 * 1024;
/** The names of columns are looked for in this many bytes. */
const HEADER_BYTES = 64 * 1024;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const SEPARATORS = { csv: ',', tsv: '\t' } as const;

/** Counts the rows of a text table, compressed or not. */
export async function tableRows(path: string, form: TableForm): Promise<FileRows> {
  const counter = form === 'csv' || form === 'tsv' ? new RowCounter(form) : new LineCounter(form);
  try {
    for await (const piece of await textOf(path)) counter.take(piece);
  } catch (error) {
    return {
      rows: null,
      damage: `cannot be read to its end: ${messageOf(error)}`,
    };
  }
  return { rows: counter.rows(), damage: null };
}

/** Reads a text. A file that begins like gzip is unpacked, whatever its name. */
async function textOf(path: string): Promise<AsyncIterable<Buffer>> {
  const head = Buffer.alloc(2);
  const file = await open(path);
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  if (isGzip(head)) return gunzipPieces(path, { readBytes: READ_BYTES, pieceBytes: READ_BYTES });
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

/** Counts lines. A last line without a line end counts if it is not empty. */
class LineCounter {
  private readonly countsEmpty: boolean;
  private lines = 0;
  private begun = false;
  private filled = false;

  constructor(form: 'records' | 'ids') {
    this.countsEmpty = form === 'ids';
  }

  take(piece: Buffer): void {
    for (const byte of piece) {
      if (byte === NEWLINE) {
        this.endLine(true);
      } else {
        this.begun = true;
        if (byte !== SPACE && byte !== TAB && byte !== RETURN) this.filled = true;
      }
    }
  }

  /** Returns the count. Call this once, at the end. */
  rows(): number {
    this.endLine(this.begun);
    return this.lines;
  }

  private endLine(isLine: boolean): void {
    if (this.filled || (this.countsEmpty && isLine)) this.lines += 1;
    this.begun = false;
    this.filled = false;
  }
}

/**
 * Counts rows as RFC 4180 defines them and as the usual libraries write them. A quote opens a value only at the beginning of the value, and a
 * line end is part of a value only within quotes. If a quote is never closed, it was not meant as one, and every line is a row.
 */
class RowCounter {
  private readonly form: 'csv' | 'tsv';
  private readonly separator: number;
  private head = Buffer.alloc(0);
  private readonly quoting = { rows: 0, filled: false };
  private readonly plain = { rows: 0, filled: false };
  private state: 'begin' | 'plain' | 'quoted' | 'closing' = 'begin';

  constructor(form: 'csv' | 'tsv') {
    this.form = form;
    this.separator = form === 'csv' ? COMMA : TAB;
  }

  take(piece: Buffer): void {
    if (this.head.length < HEADER_BYTES) this.head = Buffer.concat([this.head, piece.subarray(0, HEADER_BYTES)]);
    for (const byte of piece) {
      this.read(byte);
      if (byte === NEWLINE) endRow(this.plain);
      else if (byte !== RETURN) this.plain.filled = true;
    }
  }

  /** Returns the count. Call this once, at the end: the last line may have no line end. */
  rows(): number | null {
    const counted = this.state === 'quoted' ? this.plain : this.quoting;
    endRow(counted);
    if (counted.rows === 0) return 0;
    const header = this.hasHeader(counted.rows);
    return header === null ? null : counted.rows - (header ? 1 : 0);
  }

  private read(byte: number): void {
    if (this.state === 'quoted') {
      if (byte === QUOTE) this.state = 'closing';
      return;
    }
    // Two quotes within a quoted value stand for one.
    if (byte === QUOTE && this.state !== 'plain') {
      this.state = 'quoted';
      this.quoting.filled = true;
    } else if (byte === NEWLINE) {
      endRow(this.quoting);
      this.state = 'begin';
    } else if (byte !== RETURN) {
      this.quoting.filled = true;
      this.state = byte === this.separator ? 'begin' : 'plain';
    }
  }

  /**
   * Returns whether the first line names the columns: it has no numbers, and a later line has some. Returns null if this is unknown: no line
   * has numbers, or the first line has exactly the numbers that libraries give to columns without names.
   */
  private hasHeader(rows: number): boolean | null {
    const [first = '', ...others] = this.head.toString('utf8').split(/\r?\n/);
    const values = (line: string): string[] => line.split(SEPARATORS[this.form]).map(unquoted);
    const numbers = values(first).filter(isNumber);
    if (numbers.length > 0) return isNumbering(numbers) && rows > 1 ? null : false;
    return rows === 1 || others.some((line) => values(line).some(isNumber)) ? true : null;
  }
}

function endRow(counted: { rows: number; filled: boolean }): void {
  if (counted.filled) counted.rows += 1;
  counted.filled = false;
}

function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1');
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

/** Returns whether the numbers are `0, 1, 2, …` or `1, 2, 3, …`, with at least two of them. */
function isNumbering(numbers: readonly string[]): boolean {
  const from = numbers[0] === '0' ? 0 : 1;
  return numbers.length > 1 && numbers.every((text, place) => text === String(from + place));
}
