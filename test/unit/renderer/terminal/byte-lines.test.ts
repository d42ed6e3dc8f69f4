import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOfFirstRows,
  cutAtLines,
  endsLine,
  firstLineStart,
  lastLineEnd,
  startOfLastRows,
} from '../../../../renderer/terminal/byte-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const logs = fc
  .array(
    fc.string({ maxLength: 30 }).map((line) => line.replaceAll('\n', '')),
    { maxLength: 40 },
  )
  .map((lines) => bytes(lines.join('\n')));

/** Rows that a text takes at a width, counted the plain way. */
function rows(part: Uint8Array, columns: number): number {
  const lines = new TextDecoder().decode(part).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(bytes(line).length / columns)), 0);
}

describe('where lines begin and end', () => {
  it('begins behind the first newline', () => {
    expect(firstLineStart(bytes('half\nwhole\n'))).toBe(5);
  });

  it('begins at once where no line begins, so that an endless line is shown as well', () => {
    expect(firstLineStart(bytes('endless'))).toBe(0);
    expect(firstLineStart(bytes('end of a line\n'))).toBe(0);
  });

  it('begins at a whole character when a line without end was cut within one', () => {
    expect(firstLineStart(bytes('ä…x').subarray(1))).toBe(1);
  });

  it('ends behind the last newline', () => {
    expect(lastLineEnd(bytes('a\nb\nha'))).toBe(4);
    expect(lastLineEnd(bytes('half'))).toBe(0);
    expect(endsLine(bytes('a\n'))).toBe(true);
    expect(endsLine(bytes('a'))).toBe(false);
  });
});

describe('as much as fits into so many rows', () => {
  it('takes whole lines from the start, never more rows than asked', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (log, columns, wanted) => {
        const end = bytesOfFirstRows(log, columns, wanted);
        expect(rows(log.subarray(0, end), columns)).toBeLessThanOrEqual(wanted);
        expect(end > 0 || log.length === 0).toBe(true);
      }),
    );
  });

  it('takes whole lines from the end, never more rows than asked, and always goes back', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 20 }), (log, columns, wanted) => {
        const start = startOfLastRows(log, columns, wanted);
        // A newline behind the part that was cut from one long line may cost one row.
        expect(rows(log.subarray(start), columns)).toBeLessThanOrEqual(wanted + 1);
        expect(start < log.length || log.length === 0).toBe(true);
      }),
    );
  });

  it('takes everything that fits', () => {
    const log = bytes('one\ntwo\nthree\n');
    expect(bytesOfFirstRows(log, 80, 3)).toBe(log.length);
    expect(bytesOfFirstRows(log, 80, 2)).toBe(8);
    expect(startOfLastRows(log, 80, 3)).toBe(0);
    expect(startOfLastRows(log, 80, 2)).toBe(4);
  });
});

describe('pieces', () => {
  it('are the whole again when joined, and end at line ends wherever a line ends within the size', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 50 }), (log, size) => {
        const pieces = cutAtLines(log, size);
        expect(pieces.flatMap((piece) => [...piece])).toEqual([...log]);
        for (const piece of pieces.slice(0, -1)) {
          expect(piece.length).toBeLessThanOrEqual(size);
          expect(endsLine(piece) || !piece.includes(10)).toBe(true);
        }
      }),
    );
  });
});
