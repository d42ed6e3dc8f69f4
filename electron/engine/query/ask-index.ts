import { constants, type DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Cell } from './index-schema.ts';

/** How long to wait for an index that another process writes: it writes one run at a time. */
export const INDEX_BUSY_MS = 30_000;

/** The largest answer in bytes: larger ones are not read by anybody, and would be in memory several times. */
const ANSWER_MAX_BYTES = 128_000_000;

export interface Table {
  columns: string[];
  rows: Cell[][];
  /** True when the answer has more rows than requested. */
  more: boolean;
}

/** The operations that a query needs: reading tables, functions, recursion. Attaching other files and writing are not allowed. */
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
/** The number of characters shown of a refused text. */
const SHOWN_CHARS = 40;
/** The memory of a value in addition to its text. */
const CELL_BYTES = 16;

/**
 * Runs one query on the index. From then on the connection can only read, whatever the text contains. It is the connection that brought the index up to
 * date: another process may have replaced the file since.
 * @throws an error whose message describes what is wrong with the query
 */
export function askIndex(database: DatabaseSync, sql: string, limit: number): Table {
  database.exec('PRAGMA query_only = ON');
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

/** Refuses a second statement: SQLite prepares the first one and ignores the rest, which would look as if it had been run. */
function refuseMore(sql: string, first: string): void {
  const rest = sql.slice(first.length).replaceAll(NOTHING, '');
  if (rest === '') return;
  throw new Error(`it is more than one statement; after the first comes ${JSON.stringify(rest.slice(0, SHOWN_CHARS))}`);
}

function tooLarge(rows: number): string {
  const size = `more than ${ANSWER_MAX_BYTES / 1_000_000} MB`;
  return `its answer has ${size} after ${rows} rows; ask for fewer columns, narrow it by a WHERE, or add up`;
}

/** Returns a value that fits into JSON: large integers as text, bytes in hexadecimal digits. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** One query, as it is sent to the process that answers it. */
export interface QueryOrder {
  /** The index file. */
  index: string;
  /** The folder of all runs. */
  runs: string;
  sql: string;
  limit: number;
  /** Whether to recreate the index first. */
  rebuild: boolean;
}

/** The messages of that process. The last one is `answer`, `refused` or `no-index`. */
export type QueryNews =
  | { type: 'indexing'; done: number; total: number }
  | { type: 'asking' }
  | { type: 'answer'; table: Table; unreadable: string[] }
  /** The index could not be created or written. */
  | { type: 'no-index'; message: string }
  | { type: 'refused'; message: string };
