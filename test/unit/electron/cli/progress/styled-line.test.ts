import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLine, lineColumns, paintLine, span } from '../../../../../electron/cli/progress/styled-line.ts';

describe('a styled line', () => {
  it('never takes more columns than there are, whatever the characters', () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme' }).map((text) => span(text)));
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 60 }), (spans, columns) => {
        expect(lineColumns(fitLine(spans, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('stays as it is when it fits', () => {
    const spans = [span('ab', 'red'), span('日本')];
    expect(fitLine(spans, 6)).toEqual(spans);
  });

  it('counts wide characters twice when it is cut', () => {
    expect(paintLine(fitLine([span('日本語の名前')], 6), false)).toBe('日本…');
  });

  it('has colours only where they are wanted', () => {
    expect(paintLine([span('bad', 'red'), span(' text')], true)).toBe('\u001b[31mbad\u001b[0m text');
    expect(paintLine([span('bad', 'red')], false)).toBe('bad');
  });

  it('shows terminal escapes of file names and never writes them', () => {
    expect(paintLine([span('a\u001b[2Jb\n')], false)).toBe('a·[2Jb·');
  });
});
