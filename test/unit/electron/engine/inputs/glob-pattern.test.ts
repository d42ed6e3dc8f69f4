import { matchesGlob } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileNamePatterns,
  compilePattern,
  followParts,
  type GlobPart,
} from '../../../../../electron/engine/inputs/glob-pattern.ts';

/** Follows a path part by part, as a search does. */
function finds(parts: readonly GlobPart[], path: string): boolean {
  const names = path.split('/');
  const last = names.pop() ?? '';
  const below = names.reduce<readonly GlobPart[]>((left, name) => followParts(left, name, true).below, parts);
  return followParts(below, last, false).found;
}

describe('a pipeline’s pattern', () => {
  test.each([
    ['*.fa', 'A.FA', true],
    ['*.fa', 'A.Fa', true],
    ['*.fa.gz', 'a.FA.GZ', true],
    ['*.{fa,fasta}{,.gz}', 'x.FASTA.gz', true],
    ['sample_*.fa', 'sample_1.FA', true],
    ['sample_*.fa', 'Sample_1.fa', false],
    ['*_[ab].f[a-c]', 'x_a.FB', true],
    ['*.f[!a]', 'x.FA', false],
    ['*.f[!a]', 'x.FB', true],
    ['*.f[z-a]', 'x.fa', false],
    ['*fa', 'xFA', true],
    ['README', 'readme', false],
    ['sub/*.fa', 'sub/a.FA', true],
    ['*.fa', '.A.FA', false],
  ] as const)('%s %s: %s', (pattern, path, expected) => {
    expect(finds(compileNamePatterns([pattern]), path)).toBe(expected);
  });

  test('typed by a person keeps the case of every letter, as in a shell', () => {
    expect(finds(compilePattern('*.fa'), 'a.FA')).toBe(false);
  });
});

describe('a pattern', () => {
  test.each([
    ['*.fa', 'a.fa', true],
    ['*.fa', 'a.fa.gz', false],
    ['*.fa', 'a.faa', false],
    ['*.fa', 'sub/a.fa', false],
    ['?.fa', 'a.fa', true],
    ['?.fa', 'ab.fa', false],
    ['?.fa', '😀.fa', true],
    ['sample-*.fa', 'sample-.fa', true],
    ['reads (?).fa', 'reads (1).fa', true],
    ['[ab].fa', '[ab].fa', false],
    ['[ab].fa', 'b.fa', true],
    ['[!ab].fa', 'b.fa', false],
    ['[a-c]1.fa', 'c1.fa', true],
    ['[]x].fa', '].fa', true],
    ['[.fa', '[.fa', true],
    ['[z-a].fa', 'b.fa', false],
    ['*.{fa,fasta}{,.gz}', 'x.fasta.gz', true],
    ['*.{fa,fasta}{,.gz}', 'x.fa', true],
    ['a{b,c/d}.fa', 'ac/d.fa', true],
    ['{a}.fa', '{a}.fa', true],
    [String.raw`\*.fa`, '*.fa', true],
    [String.raw`\*.fa`, 'x.fa', false],
    ['a+(b).fa', 'a+(b).fa', true],
    ['sub/*.fa', 'sub/a.fa', true],
    ['**/*.fa', 'a.fa', true],
    ['**/*.fa', 'x/y/a.fa', true],
    ['x/**/a.fa', 'x/a.fa', true],
    ['x/**', 'x/y/z', true],
    ['*.fa', '.a.fa', false],
    ['.*.fa', '.a.fa', true],
    ['**/*.fa', '.hidden/a.fa', false],
    ['.hidden/*.fa', '.hidden/a.fa', true],
  ])('%s finds %s: %s', (pattern, path, expected) => {
    expect(finds(compilePattern(pattern), path)).toBe(expected);
  });

  test('of a pipeline without a slash is looked for at every depth, one with a slash from the top', () => {
    const parts = compileNamePatterns(['*.fa', 'reads/*.fq']);
    expect(finds(parts, 'x/y/a.fa')).toBe(true);
    expect(finds(parts, 'reads/a.fq')).toBe(true);
    expect(finds(parts, 'x/reads/a.fq')).toBe(false);
  });

  test('finds what Node’s own matching finds, for any text of letters, stars, question marks and folders', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '/', '**/', '[ab]'), { maxLength: 8 });
    const path = fc.array(fc.stringMatching(/^[ab]{1,3}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(pattern, path, (patternParts, names) => {
        const text = patternParts
          .join('')
          .replace(/\/+/g, '/')
          .replace(/^\/|\/$/g, '');
        // Three stars and stars beside other signs mean different things in different shells.
        fc.pre(text !== '' && !/\*\*[^/]|[^/]\*\*|\*\*$/.test(text));
        const file = names.join('/');
        expect(finds(compilePattern(text), file)).toBe(matchesGlob(file, text));
      }),
      { numRuns: 500 },
    );
  });

  test('with many braces stops growing instead of filling the memory', () => {
    expect(compilePattern('{a,b}'.repeat(30)).length).toBeLessThanOrEqual(1000);
  });
});
