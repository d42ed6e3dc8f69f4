import { printParseErrorCode, visit } from 'jsonc-parser';

/** The largest depth. A pipeline needs six levels; the limit keeps a hostile file from exhausting the stack. */
const MAX_JSON_DEPTH = 64;

export interface JsonError {
  /** The index of the first unexpected character. */
  readonly offset: number;
  readonly what: string;
}

/** An object or a list that is not closed yet. */
interface Open {
  close: '}' | ']';
  keys: Set<string>;
}

/** What a string may not contain: a line end or another control character, or a backslash that does not begin a known escape. */
const BAD_IN_TEXT = /[^ -\uffff]|\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/;
/** Errors for which the parser reports the start of the string, not the wrong character. */
const IN_TEXT = new Set(['UnexpectedEndOfString', 'InvalidCharacter', 'InvalidEscapeCharacter', 'InvalidUnicode']);
/** The parser reports the end of an object or list before it reports that its bracket is missing: by then it is off the stack. */
const MISSED_END: Readonly<Record<string, string>> = { CloseBraceExpected: '}', CloseBracketExpected: ']' };
const TOO_DEEP = `objects and lists are nested more than ${MAX_JSON_DEPTH} deep`;

/**
 * Returns the first place where a text is not JSON (RFC 8259), or null. `JSON.parse` reports no place for several errors, and silently takes
 * the last of two equal keys; both are reported here.
 */
export function findJsonError(text: string): JsonError | null {
  const open: Open[] = [];
  let found: JsonError | null = null;
  /** What has to come next; null after the end of a value. */
  let expected: string | null = 'a value';
  let comma = -1;
  const report = (offset: number, what: string): void => {
    found ??= { offset, what };
  };
  const begin = (close: Open['close'], offset: number): void => {
    open.push({ close, keys: new Set() });
    if (open.length > MAX_JSON_DEPTH) report(offset, TOO_DEEP);
    expected = close === '}' ? 'a key in double quotes' : 'a value';
    comma = -1;
  };
  const end = (): void => {
    open.pop();
    expected = null;
  };
  const visitor = {
    onObjectBegin: (offset: number) => begin('}', offset),
    onArrayBegin: (offset: number) => begin(']', offset),
    onObjectEnd: end,
    onArrayEnd: end,
    onLiteralValue: () => {
      expected = null;
    },
    onObjectProperty: (key: string, offset: number, length: number) => {
      const keys = open.at(-1)?.keys;
      if (keys?.has(key) === true) report(offset, `the key ${text.slice(offset, offset + length)} is there twice`);
      keys?.add(key);
      expected = '":"';
    },
    onSeparator: (character: string, offset: number) => {
      comma = character === ',' ? offset : -1;
      expected = character === ':' || open.at(-1)?.close === ']' ? 'a value' : 'a key in double quotes';
    },
    onError: (code: number, offset: number) => {
      const name = printParseErrorCode(code);
      const close = MISSED_END[name] ?? open.at(-1)?.close;
      const atEnd = close === undefined ? 'the end of the file' : `"," or "${close}"`;
      if (IN_TEXT.has(name) && text[offset] === '"') report(...placeInText(text, offset));
      else if (comma >= 0 && text[offset] === close) report(comma, `there is a comma before the closing "${close}"`);
      else report(offset, wrong(text, offset, expected ?? atEnd));
    },
  };
  try {
    visit(text, visitor, { disallowComments: true });
  } catch (error) {
    // The nesting is so deep that the parser has no stack left; the error was found long before.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** Returns line and column, both from 1, of the index of a character. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function placeInText(text: string, from: number): [offset: number, what: string] {
  const place = text.slice(from + 1).search(BAD_IN_TEXT);
  if (place < 0) return [text.length, wrong(text, text.length, 'a closing double quote')];
  const offset = from + 1 + place;
  if (text[offset] === '\\')
    return [offset, 'this backslash does not begin a known escape; a literal one is written \\\\'];
  return [offset, 'a text holds a line end or another control character; write \\n'];
}

function wrong(text: string, at: number, expected: string): string {
  if (at >= text.length) return `the file ends where ${expected} should be`;
  if (text.startsWith('//', at) || text.startsWith('/*', at)) return 'there is a comment here; JSON has no comments';
  if (text[at] === "'") return 'texts and keys need double quotes, not single ones';
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return `found ${JSON.stringify(character)} where ${expected} should be`;
}
