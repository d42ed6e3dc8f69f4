import fc from 'fast-check';
import { expect, it } from 'vitest';
import { searchPattern } from '../../../../renderer/terminal/search-pattern.ts';

it('finds a text that was typed as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(new RegExp(searchPattern(text, false), 'u').exec(`before ${text} after`)?.[0]).toBe(text);
    }),
  );
});

it('leaves a regular expression alone', () => {
  expect(searchPattern('a.*b', true)).toBe('a.*b');
});
