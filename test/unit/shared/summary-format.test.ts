import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, count, counterText, duration, rate, time } from '../../../shared/format.ts';
import { cell, clipEnd, clipStart, columnsOf, oneLine, wrap } from '../../../shared/text-columns.ts';

test.each([
  [0, '0.0 s'],
  [59.94, '59.9 s'],
  [185, '3 min 05 s'],
  [3599.6, '1 h 00 min'],
  [93_840, '26 h 04 min'],
  [null, '-'],
])('%j seconds read %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [2 ** 40 * 5000, '5000.0 TiB'],
  [null, '-'],
])('%j bytes read %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test.each([
  [0.012345, '0.0123'],
  [4.5678, '4.57'],
  [1234.5, '1,235'],
  [0, '0'],
  [null, '-'],
])('a rate of %j reads %s', (value, text) => {
  expect(rate(value)).toBe(text);
});

test('thousands are grouped and times are UTC', () => {
  expect([count(7), count(1234567)]).toEqual(['7', '1,234,567']);
  expect(time('2026-11-21T05:15:00.123+01:00')).toBe('2026-11-21 04:15:00 UTC');
  expect([time(null), time('nonsense')]).toEqual(['-', '-']);
});

test('a path keeps its end, a message its beginning', () => {
  expect(clipStart('/a/long/path/to/file.fa', 10)).toBe('…o/file.fa');
  expect(clipEnd('a long message', 6)).toBe('a lon…');
});

test('wide characters count twice', () => {
  expect(columnsOf('基因')).toBe(4);
  expect(columnsOf(cell('基因组数据', 7))).toBe(7);
});

test('whatever the text, clipping and wrapping keep to the width', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 100 });
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 80 }), (text, width) => {
      const line = oneLine(text);
      expect(columnsOf(clipEnd(line, width))).toBeLessThanOrEqual(width);
      expect(columnsOf(clipStart(line, width))).toBeLessThanOrEqual(width);
      expect(columnsOf(cell(line, width))).toBe(width);
      for (const wrapped of wrap(text, 3)) expect(columnsOf(wrapped)).toBeLessThanOrEqual(80);
    }),
  );
});

test.each([
  ['skipped_sequences', '1 skipped sequence'],
  ['bases', '1 base'],
  ['entries', '1 entry'],
  ['matches', '1 match'],
  ['series', '1 series'],
  ['status', '1 status'],
  ['bias', '1 bias'],
  ['mass', '1 mass'],
  ['done', '1 done'],
])('one of %s is %s', (name, text) => {
  expect(counterText({ [name]: 1 })).toBe(text);
  expect(counterText({ [name]: 2 })).toBe(`2 ${name.replace('_', ' ')}`);
});
