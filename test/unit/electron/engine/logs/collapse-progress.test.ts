import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CarriageReturnCollapser, collapseProgress } from '../../../../../electron/engine/logs/collapse-progress.ts';

/** The same in one line of thought: of each line the last state that is not empty. */
function naive(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\r').findLast((state) => state !== '') ?? '')
    .join('\n');
}

describe('collapseProgress', () => {
  it.each([
    ['keeps the last state of a line', '\r 1%\r 50%\r100%\ndone\n', '100%\ndone\n'],
    ['leaves Windows line ends as line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['shows what stands on an unfinished line', 'a\n10%\r20%\r', 'a\n20%'],
    ['leaves other text alone', 'a\n\nb', 'a\n\nb'],
  ])('%s', (_name, text, expected) => {
    expect(collapseProgress(text)).toBe(expected);
  });

  it('gives the same for text in pieces as for the whole', () => {
    const text = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'ab', 'c'), { maxLength: 40 });
    fc.assert(
      fc.property(text, (pieces) => {
        const collapser = new CarriageReturnCollapser();
        const inPieces = pieces.map((piece) => collapser.push(piece)).join('') + collapser.flush();
        expect(inPieces).toBe(naive(pieces.join('')));
        expect(collapseProgress(pieces.join(''))).toBe(inPieces);
      }),
    );
  });

  it('hands a line without end on in pieces', () => {
    const collapser = new CarriageReturnCollapser({ maxLineChars: 100 });
    let out = '';
    for (let count = 0; count < 50; count += 1) out += collapser.push('x'.repeat(30));
    expect(out.length).toBeGreaterThanOrEqual(50 * 30 - 130);
    expect(out + collapser.flush()).toBe('x'.repeat(1500));
  });
});
