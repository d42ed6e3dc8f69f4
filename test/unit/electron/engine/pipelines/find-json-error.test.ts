import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonError, lineAndColumn } from '../../../../../electron/engine/pipelines/find-json-error.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the place of a JSON mistake', () => {
  test.each([
    ['{"a": 1,}', 1, 8, 'comma before'],
    ['[1, 2,\n]', 1, 6, 'comma before'],
    ['{"a": 1', 1, 8, 'the file ends where "," or "}"'],
    ['', 1, 1, 'the file ends where a value'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'found "\\"" where "," or "}"'],
    ['{a: 1}', 1, 2, 'a key in double quotes'],
    ["{'a': 1}", 1, 2, 'not single ones'],
    ['{\n  // note\n  "a": 1}', 2, 3, 'comment'],
    ['{"a" 1}', 1, 6, '":"'],
    ['{"a": "x\ny"}', 1, 9, 'line end'],
    ['{"a": "\\x"}', 1, 8, 'backslash'],
    ['{"a": "x', 1, 9, 'closing double quote'],
    ['{"a": tru}', 1, 7, 'where a value'],
    ['{"a": 01}', 1, 8, 'found "1"'],
    ['{} x', 1, 4, 'the end of the file'],
    ['{"a": 1, "a": 2}', 1, 10, 'the key "a" is there twice'],
    ['{"a": 1, "\\u0061": 2}', 1, 10, 'is there twice'],
    ['[{"a": 1', 1, 9, 'the file ends where "," or "}"'],
    ['{"a": [1', 1, 9, 'the file ends where "," or "]"'],
    ['{"a": "\\\\\\x"}', 1, 10, 'backslash'],
  ])('in %j is line %i, column %i', (text, line, column, what) => {
    const error = findJsonError(text);
    expect(error?.what).toContain(what);
    expect(lineAndColumn(text, error?.offset ?? -1)).toEqual({ line, column });
  });

  test('a hostile depth is an error and not a crash', () => {
    expect(findJsonError('['.repeat(500_000))?.what).toContain('nested');
  });

  test('is found exactly when JSON.parse refuses the text', () => {
    const damaged = fc
      .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', '\\', '0', 'e', '\t'))
      .map(([text, where, put]) => {
        const at = where % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + 1);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 4 }), damaged), (text) => {
        const error = findJsonError(text);
        fc.pre(error === null || !error.what.includes('twice'));
        expect(error === null).toBe(parses(text));
      }),
      { numRuns: 500 },
    );
  });
});
