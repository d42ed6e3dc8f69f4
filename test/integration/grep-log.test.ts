import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READ_BLOCK_BYTES } from '../../electron/engine/logs/limits.ts';
import { grepLog } from '../../electron/engine/logs/search/grep-log.ts';
import type { LogHit } from '../../shared/contract/logs.ts';
import { logBytes } from '../helpers/log-bytes.ts';

const ONE_THREAD = Number.POSITIVE_INFINITY;
const TWO_THREADS = 0;

type Options = Partial<Parameters<typeof grepLog>[2]>;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-grep-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

async function grep(pattern: string, options: Options) {
  const hits: LogHit[] = [];
  const result = await grepLog(path, pattern, { onHit: (hit) => void hits.push(hit), ...options });
  return { hits, result };
}

async function bothWays(pattern: string, options: Options = {}) {
  const one = await grep(pattern, { ...options, splitMinBytes: ONE_THREAD });
  const two = await grep(pattern, { ...options, splitMinBytes: TWO_THREADS });
  return { one, two };
}

/** Lines of about 50 bytes, each with its number. */
function numbered(lines: number): string {
  return Array.from({ length: lines }, (_, line) => `${line} `.padEnd(40, '.').concat(' a line\n')).join('');
}

describe('grepLog with two threads', () => {
  it('finds and answers what one thread does, for any text, range and limit', async () => {
    const pattern = fc.constantFrom('needle', '^needle', 'x=\\d+', 'y$', '^$', 'ü', '[^y]$', 'needle|a');
    const range = fc.record({
      from: fc.option(fc.nat(READ_BLOCK_BYTES * 2)),
      to: fc.option(fc.nat(READ_BLOCK_BYTES * 12)),
    });
    const limit = fc.option(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5_000 })));
    await fc.assert(
      fc.asyncProperty(
        logBytes,
        pattern,
        range,
        limit,
        fc.boolean(),
        async (bytes, source, { from, to }, most, lines) => {
          await writeFile(path, bytes);
          const { one, two } = await bothWays(source, {
            from: from ?? undefined,
            to: to ?? undefined,
            limit: most ?? undefined,
            lineNumbers: lines,
          });
          expect(two).toEqual(one);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('hands over more hits than the second thread may hold back, in order and numbered', async () => {
    await writeFile(path, numbered(60_000));
    const offsets: number[] = [];
    let busy = false;
    const onHit = async ({ line, offset, text }: LogHit): Promise<void> => {
      expect({ line: Number.parseInt(text, 10) + 1, busy }).toEqual({ line, busy: false });
      busy = true;
      await (offsets.length % 1_000 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
      offsets.push(offset);
      busy = false;
    };
    const result = await grepLog(path, 'line$', { onHit, lineNumbers: true, splitMinBytes: TWO_THREADS });
    expect(result).toMatchObject({ ok: true, value: { hits: 60_000, stopped: 'end' } });
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  it('answers the same when the limit is met in the second half', async () => {
    await writeFile(path, numbered(20_000));
    for (const limit of [9_000, 11_000, 19_999, 20_000, 20_001]) {
      const { one, two } = await bothWays('a line', { limit });
      expect(one.hits).toHaveLength(Math.min(limit, 20_000));
      expect(two).toEqual(one);
    }
  });

  it('is ended by its signal in the first half and in the second', async () => {
    await writeFile(path, `first\n${numbered(5_000)}second\n`);
    await appendFile(path, `${'a'.repeat(5_000)}\n`);
    for (const [last, count] of [
      ['first', 1],
      ['second', 2],
    ] as const) {
      const abort = new AbortController();
      const onHit = ({ text }: LogHit): void => (text === last ? abort.abort() : undefined);
      // The last line would keep the expression busy for longer than anyone waits.
      const options = { onHit, signal: abort.signal, splitMinBytes: TWO_THREADS };
      const result = await grepLog(path, '^first$|^second$|^(a+)+b', options);
      expect(result).toMatchObject({ ok: true, value: { hits: count, stopped: 'aborted' } });
    }
  });

  it('ends when its reader fails', async () => {
    await writeFile(path, numbered(10_000));
    const onHit = (): Promise<void> => Promise.reject(new Error('closed'));
    await expect(grepLog(path, 'line', { onHit, splitMinBytes: TWO_THREADS })).rejects.toThrow('closed');
  });
});
