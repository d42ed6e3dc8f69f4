import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tailLines } from '../../../../../electron/engine/logs/read-log-range.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-tail-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The last lines by splitting the whole text. */
function naiveTail(text: string, count: number): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return count === 0 ? '' : lines.slice(-count).join('');
}

async function tail(path: string, count: number, options?: Parameters<typeof tailLines>[2]) {
  const { bytes, ...rest } = await tailLines(path, count, options);
  return { ...rest, text: Buffer.from(bytes).toString() };
}

describe('tailLines', () => {
  it('equals splitting the whole text, for any text, count and block size', async () => {
    const path = join(folder, 'a.log');
    const text = fc
      .array(fc.constantFrom('\n', 'a', 'bc', 'ü', '\n\n', '\0'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.nat(12), fc.integer({ min: 1, max: 9 }), async (content, count, blockBytes) => {
        await writeFile(path, content);
        const found = await tail(path, count, { blockBytes });
        expect(found.text).toBe(naiveTail(content, count));
        expect(found.offset).toBe(Buffer.byteLength(content) - Buffer.byteLength(found.text));
        expect(found.cut).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('finds lines longer than a block', async () => {
    const path = join(folder, 'a.log');
    const long = 'x'.repeat(200_000);
    await writeFile(path, `first\n${long}\nlast\n`);
    expect(await tail(path, 2)).toEqual({ offset: 6, size: 200_012, cut: false, text: `${long}\nlast\n` });
  });

  it('says when a line was too long for the limit', async () => {
    const path = join(folder, 'a.log');
    await writeFile(path, `first\n${'x'.repeat(100)}\n`);
    expect(await tail(path, 1, { maxBytes: 50, blockBytes: 16 })).toEqual({
      offset: 57,
      size: 107,
      cut: true,
      text: `${'x'.repeat(49)}\n`,
    });
  });

  it('takes a file that does not exist yet for an empty one', async () => {
    expect(await tail(join(folder, 'b.log'), 5)).toEqual({ offset: 0, size: 0, cut: false, text: '' });
  });
});
