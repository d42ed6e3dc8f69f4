import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDebugLog } from '../../../../../electron/engine/logs/debug-log.ts';
import { REPORT_WATCHING, watchGrowth } from '../../../../../electron/engine/logs/growth-watcher.ts';
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
      for (let index = 0; index < 1_500; index += 1) await appendFile(path, 'x');
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

  it('writes each switch between watching and polling into the debug log, with the reason', async () => {
    await writeFile(path, '');
    openDebugLog(folder, { DROVER_LOG: 'debug' });
    const growth = watchGrowth(path, () => undefined);
    try {
      const log = (): string => readFileSync(join(folder, 'drover.log'), 'utf8');
      await vi.waitFor(() => expect(log()).toContain('"message":"watching"'));
      await vi.waitFor(async () => {
        for (let index = 0; index < 500; index += 1) await appendFile(path, 'x');
        expect(log()).toMatch(/"message":"polling".*"reason":"it changes too often"/);
      });
    } finally {
      growth.stop();
      openDebugLog(folder, {});
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
