import { MAX_JSON_DEPTH } from './limits.ts';

export interface JsonError {
  /** Index of the first character that cannot stand there. */
  readonly offset: number;
  readonly what: string;
}

interface Cursor {
  readonly text: string;
  at: number;
}

const FIRST_PRINTABLE = 0x20;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * The first place where a text is not JSON (RFC 8259), or null. `JSON.parse` names no place for several mistakes and takes the
 * last of two equal keys in silence; here both are found.
 */
export function findJsonError(text: string): JsonError | null {
  const cursor = { text, at: 0 };
  const error = checkValue(cursor, 0);
  if (error !== null) return error;
  skip(cursor, SPACE);
  return cursor.at === text.length ? null : wrong(cursor, 'the end of the file');
}

/** Line and column, both from 1, of a character's index. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function checkValue(cursor: Cursor, depth: number): JsonError | null {
  skip(cursor, SPACE);
  if (depth > MAX_JSON_DEPTH)
    return { offset: cursor.at, what: `objects and lists are nested more than ${MAX_JSON_DEPTH} deep` };
  const first = cursor.text[cursor.at];
  if (first === '{') return checkObject(cursor, depth);
  if (first === '[') return checkList(cursor, depth);
  if (first === '"') return checkString(cursor);
  return skip(cursor, SCALAR) ? null : wrong(cursor, 'a value');
}

function checkObject(cursor: Cursor, depth: number): JsonError | null {
  const keys = new Set<string>();
  return checkMembers(cursor, '}', () => {
    const start = cursor.at;
    if (cursor.text[start] !== '"') return wrong(cursor, 'a key in double quotes');
    const error = checkString(cursor);
    if (error !== null) return error;
    const key = cursor.text.slice(start, cursor.at);
    if (keys.has(key)) return { offset: start, what: `the key ${key} is there twice` };
    keys.add(key);
    skip(cursor, SPACE);
    if (cursor.text[cursor.at] !== ':') return wrong(cursor, '":"');
    cursor.at += 1;
    return checkValue(cursor, depth + 1);
  });
}

function checkList(cursor: Cursor, depth: number): JsonError | null {
  return checkMembers(cursor, ']', () => checkValue(cursor, depth + 1));
}

/** Members between the bracket at the cursor and its partner, with commas between them. */
function checkMembers(cursor: Cursor, close: '}' | ']', checkMember: () => JsonError | null): JsonError | null {
  cursor.at += 1;
  skip(cursor, SPACE);
  if (cursor.text[cursor.at] === close) {
    cursor.at += 1;
    return null;
  }
  for (;;) {
    skip(cursor, SPACE);
    const error = checkMember();
    if (error !== null) return error;
    skip(cursor, SPACE);
    const next = cursor.text[cursor.at];
    if (next !== ',' && next !== close) return wrong(cursor, `"," or "${close}"`);
    const comma = cursor.at;
    cursor.at += 1;
    if (next === close) return null;
    skip(cursor, SPACE);
    if (cursor.text[cursor.at] === close)
      return { offset: comma, what: `a comma stands before the closing "${close}"` };
  }
}

function checkString(cursor: Cursor): JsonError | null {
  cursor.at += 1;
  for (;;) {
    while (isPlain(cursor.text.charCodeAt(cursor.at))) cursor.at += 1;
    const next = cursor.text[cursor.at];
    if (next === '"') {
      cursor.at += 1;
      return null;
    }
    if (next === undefined) return wrong(cursor, 'a closing double quote');
    if (next !== '\\')
      return { offset: cursor.at, what: 'a text holds a line end or another control character; write \\n' };
    if (!skip(cursor, ESCAPE))
      return { offset: cursor.at, what: 'this backslash begins no known escape; a literal one is written \\\\' };
  }
}

/** Whether a character (its code; NaN at the end) may stand in a text as it is. */
function isPlain(code: number): boolean {
  return code >= FIRST_PRINTABLE && code !== DOUBLE_QUOTE && code !== BACKSLASH;
}

/** Moves over what the (sticky) pattern matches; false when it does not match. */
function skip(cursor: Cursor, pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at;
  const found = pattern.test(cursor.text);
  if (found) cursor.at = pattern.lastIndex;
  return found;
}

function wrong(cursor: Cursor, expected: string): JsonError {
  const { text, at } = cursor;
  if (at >= text.length) return { offset: at, what: `the file ends where ${expected} should be` };
  if (text.startsWith('//', at) || text.startsWith('/*', at))
    return { offset: at, what: 'a comment stands here; JSON has none' };
  if (text[at] === "'") return { offset: at, what: 'texts and keys stand in double quotes, not in single ones' };
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return { offset: at, what: `found ${JSON.stringify(character)} where ${expected} should be` };
}
