import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLines, LineDecoder } from '../../../../../electron/engine/logs/decode-lines.ts';

describe('decodeLines', () => {
  it('shows invalid UTF-8 and NUL bytes and drops the carriage return of a line end', () => {
    expect(decodeLines(Buffer.from([0x61, 0xff, 0x62, 0x00, 0x0d, 0x0a, 0xc3, 0xbc]))).toEqual(['a\ufffdb␀', 'ü']);
  });

  it('gives the same lines whatever the pieces, also when a character is split', () => {
    const pieces = fc.array(
      fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.map((byte) => (byte < 40 ? 10 : byte))),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const decoder = new LineDecoder();
        const lines = [...parts.flatMap((part) => decoder.push(part)), ...decoder.flush()];
        expect(lines).toEqual(decodeLines(Buffer.concat(parts)));
      }),
    );
  });

  it('cuts a line without end between characters', () => {
    const decoder = new LineDecoder({ maxLineBytes: 9 });
    const text = 'äöü€😀'.repeat(20);
    const pieces: string[] = [];
    for (const byte of Buffer.from(text)) pieces.push(...decoder.push(Uint8Array.of(byte)));
    expect(pieces.length).toBeGreaterThan(10);
    expect([...pieces, ...decoder.flush()].join('')).toBe(text);
  });

  it('stays bounded on a line of bytes that are no text at all', () => {
    const decoder = new LineDecoder({ maxLineBytes: 1000 });
    const pieces = decoder.push(new Uint8Array(100_000).fill(0x80));
    expect(pieces.length).toBeGreaterThanOrEqual(99);
  });
});
