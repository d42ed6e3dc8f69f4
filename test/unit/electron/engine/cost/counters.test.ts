import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ContentEstimator, createCounter } from '../../../../../electron/engine/cost/count-file.ts';
import type { Counter } from '../../../../../electron/engine/cost/counters.ts';
import { importResource } from '../../../../helpers/import-resource.ts';
import { naiveCosts } from '../../../../helpers/naive-costs.ts';

const { countLetters } = await importResource<{ countLetters: (bytes: Buffer, from: number, to: number) => number }>(
  'workers/sequences/count-letters.mjs',
);

const ESTIMATORS = ['lines', 'jsonl-records', 'fasta-sequences', 'fasta-residues', 'fasta-attention'] as const;

function count(estimator: ContentEstimator, bytes: Buffer, cuts: readonly number[] = []): number {
  const counter = createCounter(estimator);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].toSorted((a, b) => a - b);
  for (const [index, start] of places.entries()) feed(counter, bytes.subarray(start, places[index + 1] ?? start));
  return counter.finish();
}

/** Gives a piece in memory that is overwritten afterwards, as a reader's buffer is. */
function feed(counter: Counter, piece: Buffer): void {
  const buffer = Buffer.from(piece);
  counter.take(buffer);
  buffer.fill('>');
}

interface Expected {
  sequences: number;
  residues: number;
  attention: number;
}

describe('FASTA', () => {
  test.each<[string, string, Expected]>([
    ['an empty file', '', { sequences: 0, residues: 0, attention: 0 }],
    ['only blank lines', '\n \n\t\r\n', { sequences: 0, residues: 0, attention: 0 }],
    ['two sequences over several lines', '>a\nACGT\nAC\n>b\nACG\n', { sequences: 2, residues: 9, attention: 45 }],
    ['CRLF', '>a\r\nACGT\r\nAC\r\n>b\r\nACG\r\n', { sequences: 2, residues: 9, attention: 45 }],
    ['no final line end', '>a\nACGT\n>b\nACG', { sequences: 2, residues: 7, attention: 25 }],
    ['a header without a line end', '>a', { sequences: 1, residues: 0, attention: 0 }],
    ['empty records', '>a\n>b\n\n>c\nAC\n>d\n', { sequences: 4, residues: 2, attention: 4 }],
    ['a > inside lines', '>a > b >c\nAC>GT\n >x\n', { sequences: 1, residues: 5, attention: 25 }],
    ['lower case, gaps and stops', '>a\nacgt-N*.\n', { sequences: 1, residues: 5, attention: 25 }],
    ['blank lines inside and between', '>a\n\nAC\n\nGT\n\n\n>b\n\nA\n', { sequences: 2, residues: 5, attention: 17 }],
    ['white space around and inside lines', '>a b c\n  AC GT\t\n', { sequences: 1, residues: 4, attention: 16 }],
    ['white space and blank lines at the start', '\n  \n>a\nAC\n', { sequences: 1, residues: 2, attention: 4 }],
    ['a sign behind white space on the first line', ' >a\nAC\n', { sequences: 1, residues: 2, attention: 4 }],
    ['; comments', '; note\n>a ;x\nAC\n;GG\nG;T\n', { sequences: 1, residues: 4, attention: 16 }],
    ['text before the first header', 'ACGT\n>a\nAC\n', { sequences: 0, residues: 0, attention: 0 }],
    ['line ends of old Macs', '>a\rAC\r;GG\rGT\r>b\rA', { sequences: 2, residues: 5, attention: 17 }],
    ['a byte order mark', '\u00ef\u00bb\u00bf>a\nAC\n', { sequences: 1, residues: 2, attention: 4 }],
  ])('with %s', (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect({
      sequences: count('fasta-sequences', bytes),
      residues: count('fasta-residues', bytes),
      attention: count('fasta-attention', bytes),
    }).toEqual(expected);
  });
});

describe('FASTQ', () => {
  test.each<[string, string, Expected]>([
    ['two reads', '@a\nACGT\n+\nIIII\n@b\nAC\n+\nII\n', { sequences: 2, residues: 6, attention: 20 }],
    [
      'qualities that begin with @ or >',
      '@a\nACGT\n+\n@>>>\n@b\nAC\n+\n>@\n',
      { sequences: 2, residues: 6, attention: 20 },
    ],
    ['CRLF and no final line end', '@a\r\nACGT\r\n+\r\nIIII', { sequences: 1, residues: 4, attention: 16 }],
    ['an empty read', '@a\n\n+\n\n@b\nAC\n+\nII\n', { sequences: 2, residues: 2, attention: 4 }],
    ['blank lines between reads', '\n@a\nA\n+\nI\n\n\n@b\nAC\n+\nII\n\n', { sequences: 2, residues: 3, attention: 5 }],
    ['a CR alone inside a read', '@a\nACGT\rAC\n+\nIIIIII\n', { sequences: 1, residues: 4, attention: 16 }],
    ['an end inside a read', '@a\nACGT\n+\nIIII\n@b\nAC', { sequences: 2, residues: 6, attention: 20 }],
  ])('with %s', (_, text, expected) => {
    const bytes = Buffer.from(text);
    expect({
      sequences: count('fasta-sequences', bytes),
      residues: count('fasta-residues', bytes),
      attention: count('fasta-attention', bytes),
    }).toEqual(expected);
  });
});

test.each<[string, number, number]>([
  ['', 0, 0],
  ['\n', 1, 0],
  ['a', 1, 1],
  ['a\nb', 2, 2],
  ['{"a":1}\r\n\r\n {"b":2}\n  \n', 4, 2],
])('%j has %i lines and %i records', (text, lines, records) => {
  expect(count('lines', Buffer.from(text))).toBe(lines);
  expect(count('jsonl-records', Buffer.from(text))).toBe(records);
});

const pieces = {
  fasta: fc.constantFrom(
    '>',
    '\n',
    '\n>',
    '\r\n',
    '\r',
    '\r>',
    '-',
    ';',
    '\n;',
    'ACGT',
    'N',
    ' ',
    '\t',
    '@',
    '\u00ff',
    'A'.repeat(70),
  ),
  fastq: fc.constantFrom('@r\n', 'ACGT\n', '+\n', 'IIII\n', '\n', '\r\n', '@', '>', 'A'),
};
const fileText = fc.oneof(
  fc.array(pieces.fasta, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(pieces.fasta, { maxLength: 40 }).map((parts) => `>${parts.join('')}`),
  fc.array(pieces.fastq, { maxLength: 40 }).map((parts) => `@${parts.join('')}`),
  fc.array(pieces.fasta, { maxLength: 9 }).map((parts) => `\u00ef\u00bb\u00bf${parts.join('')}`),
);
const fileBytes = fc.oneof(
  { weight: 5, arbitrary: fileText.map((text) => Buffer.from(text, 'latin1')) },
  // Without zeros, which make text of another encoding.
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200, min: 1 }).map((bytes) => Buffer.from([0x3e, ...bytes])) },
);

test.each(ESTIMATORS)('%s agrees with counting line by line, wherever the file is cut', (estimator) => {
  fc.assert(
    fc.property(fileBytes, fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
      expect(count(estimator, bytes, cuts)).toBe(naiveCosts(bytes)[estimator]);
    }),
    { numRuns: 1000 },
  );
});

test.each(ESTIMATORS)('%s agrees with counting line by line when bytes come one at a time', (estimator) => {
  fc.assert(
    fc.property(fileBytes, (bytes) => {
      const cuts = Array.from(bytes, (_, place) => place);
      expect(count(estimator, bytes, cuts)).toBe(naiveCosts(bytes)[estimator]);
    }),
  );
});

test('letters are counted right at every alignment and length, also beyond the sum of one word', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(9), fc.nat(9), (bytes, less, lessAtEnd) => {
      // Once somewhere inside a larger memory, once in memory of exactly this size.
      for (const buffer of [Buffer.from(bytes), Buffer.from(Uint8Array.from(bytes).buffer)]) {
        const from = Math.min(less, buffer.length);
        const to = Math.max(from, buffer.length - lessAtEnd);
        const expected = buffer.subarray(from, to).filter((byte) => byte >= 0x40 && byte < 0x80).length;
        expect(countLetters(buffer, from, to)).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
  const full = Buffer.alloc(10_001, 'A');
  expect(countLetters(full, 1, 10_001)).toBe(10_000);
});
