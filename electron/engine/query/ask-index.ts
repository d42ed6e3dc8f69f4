import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Cell } from './index-schema.ts';

/** How long an index that another process writes is waited for: it writes one run at a time. */
export const INDEX_BUSY_MS = 30_000;

/** Larger answers are for nobody to read, and would be held several times over (bytes). */
const ANSWER_MAX_BYTES = 128_000_000;

export interface Table {
  columns: string[];
  rows: Cell[][];
  /** True when the answer has more rows than were asked for. */
  more: boolean;
}

/** All that a question needs: reading tables, functions, recursion. No other file can be attached and nothing written. */
const ALLOWED: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);
/** Functions that read files or load code. */
const FORBIDDEN_FUNCTIONS: ReadonlySet<string> = new Set([
  'load_extension',
  'readfile',
  'writefile',
  'edit',
  'fts3_tokenizer',
]);

/** Blanks, the ends of statements, and comments. */
const NOTHING = /[\s;]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
/** What is shown of a text that is refused. */
const SHOWN_CHARS = 40;
/** A value in memory besides its text. */
const CELL_BYTES = 16;

/**
 * Asks the index one question. The connection can read and nothing else, whatever the text says.
 * @throws an error whose message says what is wrong with the question
 */
export function askIndex(path: string, sql: string, limit: number): Table {
  const database = new DatabaseSync(path, { readOnly: true, timeout: INDEX_BUSY_MS });
  try {
    database.setAuthorizer((action, _first, second) => {
      if (!ALLOWED.has(action)) return constants.SQLITE_DENY;
      const forbidden = action === constants.SQLITE_FUNCTION && FORBIDDEN_FUNCTIONS.has(second ?? '');
      return forbidden ? constants.SQLITE_DENY : constants.SQLITE_OK;
    });
    const question = database.prepare(sql);
    refuseMore(sql, question.sourceSQL);
    question.setReturnArrays(true);
    question.setReadBigInts(true);
    return { columns: question.columns().map(({ name }) => name), ...rowsOf(question, limit) };
  } finally {
    database.close();
  }
}

function rowsOf(question: StatementSync, limit: number): { rows: Cell[][]; more: boolean } {
  const rows: Cell[][] = [];
  let bytes = 0;
  for (const row of question.iterate()) {
    if (rows.length === limit) return { rows, more: true };
    const cells = (row as unknown as unknown[]).map(cellOf);
    for (const cell of cells) bytes += CELL_BYTES + (typeof cell === 'string' ? cell.length : 0);
    if (bytes > ANSWER_MAX_BYTES) throw new Error(tooLarge(rows.length));
    rows.push(cells);
  }
  return { rows, more: false };
}

/** SQLite prepares the first statement of a text and passes over the rest, which would look as if it had been done. */
function refuseMore(sql: string, first: string): void {
  const rest = sql.slice(first.length).replaceAll(NOTHING, '');
  if (rest === '') return;
  throw new Error(
    `it is more than one statement; behind the first stands ${JSON.stringify(rest.slice(0, SHOWN_CHARS))}`,
  );
}

function tooLarge(rows: number): string {
  const size = `more than ${ANSWER_MAX_BYTES / 1_000_000} MB`;
  return `its answer has ${size} after ${rows} rows; ask for fewer columns, narrow it by a WHERE, or add up`;
}

/** What JSON can carry: integers that a number cannot hold as text, bytes in hexadecimal digits. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** One question, as the thread that answers it gets it. */
export interface QueryOrder {
  /** The index file. */
  index: string;
  /** The folder of all runs. */
  runs: string;
  sql: string;
  limit: number;
  /** Make the index anew first. */
  rebuild: boolean;
}

/** What the thread says. The last one is `answer` or `refused`. */
export type QueryNews =
  | { type: 'indexing'; done: number; total: number }
  | { type: 'asking' }
  | { type: 'answer'; table: Table; unreadable: string[] }
  /** The index could not be made or written. */
  | { type: 'no-index'; message: string }
  | { type: 'refused'; message: string };
