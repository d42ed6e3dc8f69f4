import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CostCache } from '../../../../../electron/engine/cost/cost-cache.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const A = { file: '/data/a.fa', size: 10, mtime_ms: 1234.5678 };
const B = { file: '/data/b.fa', size: 20, mtime_ms: 99 };
let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'cache', 'costs.sqlite');
});

async function opened(): Promise<CostCache> {
  const cache = await CostCache.open(path);
  if (cache === null) throw new Error('The cache could not be opened');
  onTestFinished(() => cache.close());
  return cache;
}

describe('the cache of costs', () => {
  test('knows a file again by path, size, time of change and estimator', async () => {
    const writer = await opened();
    writer.store([{ file: A, cost: 7.5 }], 'lines');
    const reader = await opened();
    expect(reader.find([A, B], 'lines')).toEqual([7.5, null]);
    expect(reader.find([A], 'fasta-sequences')).toEqual([null]);
    expect(reader.find([A], { command: ['wc', '{file}'] })).toEqual([null]);
    expect(reader.find([{ ...A, size: 11 }], 'lines')).toEqual([null]);
    expect(reader.find([{ ...A, mtime_ms: 1234.5679 }], 'lines')).toEqual([null]);
  });

  test('keeps the latest cost of a file', async () => {
    const cache = await opened();
    cache.store([{ file: A, cost: 1 }], 'lines');
    cache.store([{ file: { ...A, size: 11 }, cost: 2 }], 'lines');
    expect(cache.find([A, { ...A, size: 11 }], 'lines')).toEqual([null, 2]);
  });

  test('that is damaged is made anew', async () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'this is no database, but long enough to look at: '.repeat(100));
    const cache = await opened();
    cache.store([{ file: A, cost: 3 }], 'lines');
    expect(cache.find([A], 'lines')).toEqual([3]);
    expect(readFileSync(path).subarray(0, 6).toString()).toBe('SQLite');
  });

  test('that turns out to be damaged while it is read is begun anew by the next', async () => {
    const entries = Array.from({ length: 2000 }, (_, index) => ({
      file: { ...A, file: `/data/${index}` },
      cost: index,
    }));
    (await opened()).store(entries, 'lines');
    const bytes = readFileSync(path);
    // The first page stays as it is, so that opening finds nothing wrong.
    writeFileSync(path, bytes.fill(0xa5, 8192));
    const damaged = await opened();
    const files = entries.map(({ file }) => file);
    expect(damaged.find(files, 'lines')).toEqual(files.map(() => null));
    const next = await opened();
    next.store([{ file: A, cost: 3 }], 'lines');
    expect(next.find([A, B], 'lines')).toEqual([3, null]);
  });

  test('that another process holds knows nothing and keeps nothing, without an error', async () => {
    const cache = await opened();
    cache.store([{ file: A, cost: 3 }], 'lines');
    const holder = new DatabaseSync(path);
    onTestFinished(() => holder.close());
    holder.exec('BEGIN EXCLUSIVE');
    expect(cache.find([A], 'lines')).toEqual([null]);
    expect(() => cache.store([{ file: B, cost: 4 }], 'lines')).not.toThrow();
    holder.exec('ROLLBACK');
    expect((await opened()).find([A, B], 'lines')).toEqual([3, null]);
  });

  test('that cannot be made is none', async () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(dirname(path), 'file'), '');
    expect(await CostCache.open(join(dirname(path), 'file', 'costs.sqlite'))).toBeNull();
    expect(existsSync(path)).toBe(false);
  });
});
