import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Cell } from './index-schema.ts';
import { INDEX_BUSY_MS } from './limits.ts';

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

/**
 * Asks the index one question. The connection can read and nothing else, whatever the text says.
 * @throws SQLite's error, whose message says what is wrong with the question
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
    question.setReturnArrays(true);
    question.setReadBigInts(true);
    return { columns: question.columns().map(({ name }) => name), ...rowsOf(question, limit) };
  } finally {
    database.close();
  }
}

function rowsOf(question: StatementSync, limit: number): { rows: Cell[][]; more: boolean } {
  const rows: Cell[][] = [];
  for (const row of question.iterate()) {
    if (rows.length === limit) return { rows, more: true };
    rows.push((row as unknown as unknown[]).map(cellOf));
  }
  return { rows, more: false };
}

/** What JSON can carry: integers that a number cannot hold as text, bytes in hexadecimal digits. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
