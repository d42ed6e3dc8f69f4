import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogLine, LogLineCutter } from '../../../../../electron/cli/logs/log-lines.ts';

/** Lines as text, as the bytes may be views. */
function texts(lines: readonly LogLine[]): { offset: number; line: number | null; text: string }[] {
  return lines.map(({ offset, line, bytes }) => ({ offset, line, text: Buffer.from(bytes).toString('latin1') }));
}

function cutAll(chunks: readonly Uint8Array[], maxBytes?: number): ReturnType<typeof texts> {
  const cutter = new LogLineCutter({ offset: 0, line: 1 }, maxBytes === undefined ? {} : { maxBytes });
  return [...chunks.flatMap((chunk) => texts(cutter.push(chunk))), ...texts(cutter.flush())];
}

describe('LogLineCutter', () => {
  test('gives each line with its number and byte offset, however the bytes come in pieces', () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 65, 66, 0, 195, 164), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (pieces) => {
        const whole = Buffer.from(pieces.flat());
        const lines = cutAll(pieces.map((piece) => Uint8Array.from(piece)));
        const expected = whole.toString('latin1').split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines.map(({ text }) => text)).toEqual(expected);
        for (const { offset, text } of lines)
          expect(whole.subarray(offset, offset + text.length).toString('latin1')).toBe(text);
        expect(lines.map(({ line }) => line)).toEqual(expected.map((_, index) => index + 1));
      }),
    );
  });

  test('hands on a line without end in pieces, each with its own offset', () => {
    const lines = cutAll([Buffer.from('abcdef'), Buffer.from('ghi'), Buffer.from('\nxy\n')], 4);
    expect(lines).toEqual([
      { offset: 0, line: 1, text: 'abcdef' },
      { offset: 6, line: 1, text: 'ghi' },
      { offset: 10, line: 2, text: 'xy' },
    ]);
  });

  test('keeps of an endless progress bar only its newest state, and goes on at the right offset', () => {
    const cutter = new LogLineCutter({ offset: 0, line: 1 }, { maxBytes: 8 });
    for (let percent = 10; percent < 60; percent += 1) expect(cutter.push(Buffer.from(`\r${percent} %`))).toEqual([]);
    expect(cutter.position).toBe(50 * 5);
    expect(texts(cutter.push(Buffer.from('\nnext\n')))).toMatchObject([
      { text: '59 %' },
      { offset: 251, text: 'next' },
    ]);
  });

  test('keeps every state where the bytes are wanted as they are', () => {
    const cutter = new LogLineCutter({ offset: 0, line: null }, { maxBytes: 8, keepStates: true });
    const pieces = [Buffer.from('\r10 %\r20 %'), Buffer.from('\r30 %\n')];
    expect(texts(pieces.flatMap((piece) => cutter.push(piece)))).toMatchObject([
      { offset: 0, line: null, text: '\r10 %\r20 %' },
      { offset: 10, line: null, text: '\r30 %' },
    ]);
  });
});
