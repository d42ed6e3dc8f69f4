import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FileRows } from './rows-of-file.ts';

/** `lines`: every line that is not empty is a row; `csv` and `tsv` may begin with names of columns. */
type TableForm = 'lines' | 'csv' | 'tsv';

const READ_BYTES = 256 * 1024;
/** The names of columns stand in so many bytes, or they are none. */
const HEADER_BYTES = 64 * 1024;
const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const SEPARATORS = { csv: ',', tsv: '\t' } as const;

/** The rows of a text table, compressed or not. */
export async function tableRows(path: string, form: TableForm): Promise<FileRows> {
  const counter = new RowCounter(form);
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  const count = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) counter.take(piece);
  };
  try {
    if (path.toLowerCase().endsWith('.gz')) await pipeline(source, createGunzip(), count);
    else await pipeline(source, count);
  } catch (error) {
    return {
      rows: null,
      damage: `cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  return { rows: counter.rows(), damage: null };
}

class RowCounter {
  private readonly form: TableForm;
  private lines = 0;
  private head = Buffer.alloc(0);
  /** Within quotes a newline is part of a value. */
  private quoted = false;
  private filled = false;

  constructor(form: TableForm) {
    this.form = form;
  }

  take(piece: Buffer): void {
    if (this.head.length < HEADER_BYTES) this.head = Buffer.concat([this.head, piece.subarray(0, HEADER_BYTES)]);
    for (const byte of piece) {
      if (byte === QUOTE && this.form === 'csv') this.quoted = !this.quoted;
      if (byte === NEWLINE && !this.quoted) this.endLine();
      else if (byte !== RETURN) this.filled = true;
    }
  }

  /** To be asked once, at the end: the last line may have no newline. */
  rows(): number | null {
    this.endLine();
    if (this.lines === 0 || this.form === 'lines') return this.lines;
    const header = this.hasHeader(this.form);
    return header === null ? null : this.lines - (header ? 1 : 0);
  }

  private endLine(): void {
    if (this.filled) this.lines += 1;
    this.filled = false;
  }

  /** A first line without any number names columns, where a later line has some; null where none has and nobody can tell. */
  private hasHeader(form: 'csv' | 'tsv'): boolean | null {
    const [first = '', ...others] = this.head.toString('utf8').split(/\r?\n/);
    const hasNumber = (line: string): boolean => line.split(SEPARATORS[form]).some(isNumber);
    if (hasNumber(first)) return false;
    return this.lines === 1 || others.some(hasNumber) ? true : null;
  }
}

function isNumber(field: string): boolean {
  const text = field.trim().replace(/^"(.*)"$/, '$1');
  return text !== '' && Number.isFinite(Number(text));
}
