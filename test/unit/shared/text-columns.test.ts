import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, clipEnd, clipStart, columnsOf, LINE_COLUMNS, wrap } from '../../../shared/text-columns.ts';

describe('columns of a terminal', () => {
  it.each<[string, string, number]>([
    ['plain text', 'a b é ü', 7],
    ['full-width punctuation', '、。「」！？：～', 16],
    ['kana, their marks and the mark of a long vowel', 'カ\u3099ーが゛々〇', 12],
    ['Korean syllables, whole and in parts', '한\u1112\u1161\u11ab', 4],
    ['letters with marks', 'e\u0301o\u0308\u0323', 2],
    ['Indic signs beside their letter', 'नि', 2],
    ['Thai marks', 'กำ่', 2],
    ['emoji of several parts', '👩‍👩‍👧👍🏽🇩🇪❤️1️⃣', 10],
    ['what has no width', 'a\u200bb\u2060c', 3],
    ['half-width forms', 'ｱﾞ', 2],
  ])('%s', (_what, text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('bound every line, and nothing is cut inside of what people see as one character', () => {
    const part = fc.constantFrom(
      'a',
      ' ',
      '、',
      'ー',
      'カ\u3099',
      '한',
      'नि',
      '👩‍👩‍👧',
      '🇩🇪',
      'e\u0301',
      '\u200b',
      '…',
      '\u0301',
    );
    const text = fc.array(fc.oneof(part, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 80 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (parts, columns) => {
        const whole = parts.join('');
        expect(columnsOf(clipEnd(whole, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(clipStart(whole, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(cell(whole, columns))).toBe(columns);
        for (const line of wrap(whole, 3)) expect(columnsOf(line)).toBeLessThanOrEqual(LINE_COLUMNS);
      }),
    );
    expect(clipEnd('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
  });
});
