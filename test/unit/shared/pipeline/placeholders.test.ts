import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeBraces,
  fileNames,
  parseTemplate,
  placeholdersIn,
  substitute,
} from '../../../../shared/pipeline/placeholders.ts';

function literalOf(text: string): string {
  return substitute(parseTemplate(text), {});
}

/** Texts in which braces and words are frequent. */
const braceText = fc
  .array(fc.oneof(fc.constantFrom('{', '}', '{{', '}}', '{file}', 'file', ' ', '.', '$'), fc.string({ maxLength: 4 })))
  .map((parts) => parts.join(''));

describe('a template', () => {
  test('is taken apart into texts and placeholders', () => {
    expect(parseTemplate('a {file}.b{param.k}').parts).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'placeholder', name: 'file' },
      { kind: 'text', text: '.b' },
      { kind: 'placeholder', name: 'param.k' },
    ]);
  });

  test('holds any text once its braces are doubled', () => {
    fc.assert(
      fc.property(braceText, (text) => {
        const template = parseTemplate(escapeBraces(text));
        expect(template.mixedBraces).toBe(false);
        expect(substitute(template, {})).toBe(text);
      }),
    );
  });

  test('keeps a placeholder that stands between escaped texts', () => {
    fc.assert(
      fc.property(braceText, braceText, braceText, (before, value, after) => {
        const template = parseTemplate(`${escapeBraces(before)}{file}${escapeBraces(after)}`);
        expect(substitute(template, { file: value })).toBe(`${before}${value}${after}`);
      }),
    );
  });

  test('leaves single braces that enclose no word as they are', () => {
    for (const text of ["awk '{print $1}'", '{}', 'f() { ls; }', '{"a": 1}', 'x{1..3}', '}', '{']) {
      expect(literalOf(text)).toBe(text);
      expect(parseTemplate(text).mixedBraces).toBe(false);
    }
  });

  test('says when single and doubled braces are mixed', () => {
    expect(parseTemplate('{"a": {"b": 1}}').mixedBraces).toBe(true);
    expect(parseTemplate('{{"a": {{"b": "{file}"}}}}').mixedBraces).toBe(false);
  });

  test('takes a word with spaces or dashes for a placeholder, so that a slip is noticed', () => {
    expect(placeholdersIn('{ file } {output-dir} ${HOME} {{file}} {file}{file}')).toEqual([
      ' file ',
      'output-dir',
      'HOME',
      'file',
    ]);
  });

  test('inserts values without looking at them again', () => {
    const values = { file: '{output}', output: '{file}$&' };
    expect(substitute(parseTemplate('{file} {output}'), values)).toBe('{output} {file}$&');
    fc.assert(
      fc.property(braceText, (value) => {
        expect(substitute(parseTemplate('<{file}>'), { file: value, output: 'no' })).toBe(`<${value}>`);
      }),
    );
  });

  test('throws for a placeholder without a value, also for names that every object has', () => {
    expect(() => substitute(parseTemplate('{file}'), {})).toThrow('{file}');
    expect(() => substitute(parseTemplate('{constructor}'), {})).toThrow('{constructor}');
  });
});

describe('name and stem', () => {
  test.each([
    ['/data/a.fa', 'a.fa', 'a'],
    ['/data/a.fa.gz', 'a.fa.gz', 'a'],
    ['/data/a.FA.GZ', 'a.FA.GZ', 'a'],
    ['/data/a.gz', 'a.gz', 'a'],
    ['/data/a.b.fa', 'a.b.fa', 'a.b'],
    ['/data.d/plain', 'plain', 'plain'],
    ['/data/.hidden', '.hidden', '.hidden'],
    ['/data/.gz', '.gz', '.gz'],
    ['/data/a\\b.fa', 'a\\b.fa', 'a\\b'],
    ['C:\\data\\a.fa.gz', 'a.fa.gz', 'a'],
    ['/data/{output}.txt', '{output}.txt', '{output}'],
  ])('of %s are %s and %s', (path, name, stem) => {
    expect(fileNames(path)).toEqual({ name, stem });
  });

  test('are never empty and never hold a slash', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const file = text.replaceAll('/', '_');
        const { name, stem } = fileNames(`/data/${file}`);
        expect(name).toBe(file);
        expect(stem).not.toBe('');
        expect(file.startsWith(stem)).toBe(true);
      }),
    );
  });
});
