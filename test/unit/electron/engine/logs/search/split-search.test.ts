import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READ_BLOCK_BYTES } from '../../../../../../electron/engine/logs/limits.ts';
import { splitSearch } from '../../../../../../electron/engine/logs/search/grep-log.ts';
import {
  type FileSearch,
  type SearchHit,
  searchFile,
} from '../../../../../../electron/engine/logs/search/search-file.ts';
import { planSearch } from '../../../../../../electron/engine/logs/search/search-pattern.ts';
import { logBytes } from '../../../../../helpers/log-bytes.ts';

const MIB = 1024 * 1024;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-split-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

function searchFor(pattern: string, more: Partial<FileSearch> = {}): FileSearch {
  const plan = planSearch(pattern);
  if (!plan.ok) throw new Error(plan.error.message);
  return { plan: plan.value, from: 0, to: null, lineNumbers: true, ...more };
}

/** Carries out searches one after the other, the lines numbered on. */
function carryOut(searches: readonly FileSearch[]) {
  const found: SearchHit[] = [];
  const fd = openSync(path, 'r');
  let before = 0;
  let searchedTo = 0;
  try {
    for (const search of searches) {
      let lines = 0;
      const onHit = (hit: SearchHit): boolean => {
        found.push({ ...hit, line: (hit.line ?? 0) + before });
        return true;
      };
      const onCounted = (counted: number): void => {
        lines = counted;
      };
      searchedTo = searchFile(fd, search, onHit, { onCounted });
      before += lines;
    }
  } finally {
    closeSync(fd);
  }
  return { found, searchedTo };
}

describe('splitSearch', () => {
  it('makes two searches that find what one finds, each hit once and at the same time, for any text and range', async () => {
    let splits = 0;
    const pattern = fc.constantFrom('needle', '^needle', 'x=\\d+', 'y$', '^$', 'ü', '[^y]$', 'needle|a');
    const range = fc.record({
      from: fc.oneof(fc.constant(0), fc.nat(2 * READ_BLOCK_BYTES)),
      to: fc.option(fc.nat(MIB)),
    });
    await fc.assert(
      fc.asyncProperty(logBytes, pattern, range, async (bytes, source, stretch) => {
        await writeFile(path, bytes);
        const whole = searchFor(source, stretch);
        const parts = await splitSearch(path, whole, 0);
        splits += parts.length - 1;
        expect(carryOut(parts)).toEqual(carryOut([whole]));
      }),
      { numRuns: 60 },
    );
    expect(splits).toBeGreaterThan(10);
  });

  it('cuts lines that are too long to be matched whole where one search does', async () => {
    const long = `${'x'.repeat(1.3 * MIB)}needle${'x'.repeat(1.4 * MIB)}`;
    const end = `${long}\nlast needle ${long}`;
    for (const before of [1, 10_000, 40_000]) {
      // The middle lies so many bytes before the long line: in the block where that begins.
      await writeFile(path, `${'short\n'.repeat((end.length + 2 * before) / 6)}${end}`);
      for (const pattern of ['needle', '^x+$', 'x{9}$']) {
        const whole = searchFor(pattern);
        const parts = await splitSearch(path, whole, 0);
        expect(parts[1]?.begun?.length).toBeGreaterThan(0);
        expect(carryOut(parts)).toEqual(carryOut([whole]));
      }
    }
  });

  it('leaves alone what is small, has no line end near its middle, or cannot be read', async () => {
    const whole = searchFor('a');
    await writeFile(path, 'a line\n'.repeat(30_000));
    expect(await splitSearch(path, whole, 210_001)).toEqual([whole]);
    expect(await splitSearch(path, whole, 210_000)).toHaveLength(2);
    expect(await splitSearch(path, { ...whole, from: 10_000 }, 210_000)).toHaveLength(1);
    await writeFile(path, `a line\n${'x'.repeat(4 * MIB)}\n`);
    expect(await splitSearch(path, whole, 0)).toHaveLength(1);
    expect(await splitSearch(folder, whole, 0)).toEqual([whole]);
    expect(await splitSearch(join(folder, 'missing'), whole, 0)).toEqual([whole]);
  });
});
