import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REPORT_WATCHING, watchGrowth } from '../../../../../electron/engine/logs/watch-growth.ts';
import { eventually } from '../../../../helpers/until.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-growth-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('watchGrowth', () => {
  it.each([
    ['a log', {}],
    ['a report file', REPORT_WATCHING],
  ])('says the size of %s when it appears, grows, is cut and is replaced', async (_name, options) => {
    const sizes: number[] = [];
    const growth = watchGrowth(path, (size) => sizes.push(size), options);
    try {
      await writeFile(path, 'abc');
      await eventually(() => expect(sizes.at(-1)).toBe(3));
      await appendFile(path, 'defg');
      await eventually(() => expect(sizes.at(-1)).toBe(7));
      await truncate(path, 2);
      await eventually(() => expect(sizes.at(-1)).toBe(2));
      await rename(path, join(folder, 'a.log.1'));
      await writeFile(path, 'new file');
      await eventually(() => expect(sizes.at(-1)).toBe(8));
    } finally {
      growth.stop();
    }
  });

  it('goes on when a file grows too fast to be watched, and after it was quiet', async () => {
    await writeFile(path, '');
    const sizes: number[] = [];
    const growth = watchGrowth(path, (size) => sizes.push(size));
    try {
      await eventually(() => expect(sizes).toEqual([0]));
      for (let index = 0; index < 1_500; index += 1) {
        await appendFile(path, 'x');
      }
      await eventually(() => expect(sizes.at(-1)).toBe(1_500));
      // A write at a time when either way of noticing may be at work.
      await eventually(async () => {
        await appendFile(path, 'y');
        const { length } = sizes;
        await vi.waitFor(() => expect(sizes.length).toBeGreaterThan(length));
      });
    } finally {
      growth.stop();
    }
  });

  it('says nothing after it was stopped', async () => {
    await writeFile(path, 'abc');
    const onGrown = vi.fn<(size: number) => void>();
    const growth = watchGrowth(path, onGrown);
    growth.stop();
    const other = vi.fn<(size: number) => void>();
    const control = watchGrowth(path, other);
    await eventually(() => expect(other).toHaveBeenCalledWith(3));
    control.stop();
    expect(onGrown).not.toHaveBeenCalled();
  });
});
