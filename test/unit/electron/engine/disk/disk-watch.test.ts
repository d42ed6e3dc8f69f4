import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_LIMIT_MS, DiskWatch } from '../../../../../electron/engine/disk/disk-watch.ts';
import { disksOf, freeSpace } from '../../../../../electron/engine/disk/free-space.ts';
import {
  type DiskSpace,
  FAR_CHECK_MS,
  NEAR_CHECK_MS,
  PAUSED_CHECK_MS,
} from '../../../../../electron/engine/disk/space-marks.ts';
import { patience } from '../../../../helpers/patience.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const SIZE = 1_000_000;
/** How long the real system may take to say where folders lie (milliseconds on an idle machine). */
const REAL_LIMIT_MS = 5_000;

describe('the watch of a disk', () => {
  /** Bytes, and how many files more fit where the disk has such a limit. */
  const room = (free: number, files = 0, of = files): DiskSpace => ({
    bytes: { free, size: SIZE },
    files: { free: files, size: of },
  });
  let space: DiskSpace | null | 'silent' = room(SIZE);
  let watch: DiskWatch | null = null;
  const measure = (): Promise<DiskSpace | null> =>
    space === 'silent' ? new Promise(() => undefined) : Promise.resolve(space);

  async function start(keepFree: number | null = null): Promise<DiskWatch> {
    const folders = [temporaryFolder(), temporaryFolder()];
    // Where the folders lie is asked of the real system, which a fake clock does not hold up.
    const starting = DiskWatch.start({ folders, keepFree, measure });
    watch = await vi.waitFor(
      async () => {
        await vi.advanceTimersByTimeAsync(ANSWER_LIMIT_MS);
        return Promise.race([starting, Promise.reject(new Error('not yet'))]);
      },
      { timeout: patience(REAL_LIMIT_MS) },
    );
    return watch;
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    watch?.stop();
    vi.useRealTimers();
    space = room(SIZE);
  });

  it('knows at its start whether the disk is low', async () => {
    space = room(9_000);
    const { low } = await start();
    expect(low).toMatchObject({ free: 9_000, resumesAt: 20_000 });
  });

  it('tells when it becomes low, how much is free meanwhile, and when it has room again', async () => {
    const started = await start();
    const told: (number | null)[] = [];
    started.onChange(() => told.push(started.low?.free ?? null));
    for (const free of [9_999, 9_999, 15_000, 19_999, 20_000, 15_000, 10_000]) {
      space = room(free);
      await vi.advanceTimersByTimeAsync(FAR_CHECK_MS);
    }
    expect(told).toEqual([9_999, 15_000, 19_999, null]);
  });

  it('is low where hardly a file more fits, however much room there is for data', async () => {
    space = room(SIZE, 99, 10_000);
    const started = await start();
    expect(started.low).toMatchObject({ unit: 'files', free: 99, resumesAt: 200 });
    space = room(SIZE, 199, 10_000);
    await vi.advanceTimersByTimeAsync(PAUSED_CHECK_MS);
    expect(started.low).toMatchObject({ free: 199 });
    space = room(9_000, 200, 10_000);
    await vi.advanceTimersByTimeAsync(PAUSED_CHECK_MS);
    expect(started.low).toMatchObject({ unit: 'bytes', free: 9_000 });
    space = room(SIZE, 200, 10_000);
    await vi.advanceTimersByTimeAsync(PAUSED_CHECK_MS);
    expect(started.low).toBeNull();
  });

  it('checks every second while it is low', async () => {
    space = room(1);
    const started = await start();
    space = room(SIZE);
    await vi.advanceTimersByTimeAsync(PAUSED_CHECK_MS);
    expect(started.low).toBeNull();
  });

  it('checks at once when it is asked to, but not twice in a moment', async () => {
    const started = await start();
    await started.check();
    space = room(1);
    await started.check();
    expect(started.low).toBeNull();
    vi.advanceTimersByTime(NEAR_CHECK_MS);
    await started.check();
    expect(started.low).toMatchObject({ free: 1 });
  });

  it('holds nothing up where the system does not say, or does not answer', async () => {
    space = null;
    expect((await start()).low).toBeNull();
    watch?.stop();
    space = 'silent';
    expect((await start()).low).toBeNull();
  });

  it('does not check at all where nobody wants it', async () => {
    space = room(0);
    const started = await start(0);
    expect(started.low).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with its last check', async () => {
    const started = await start();
    started.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the disk of a folder', () => {
  it('is named by where it begins, and folders of one disk count once', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a'));
    const disks = await disksOf([folder, join(folder, 'a'), join(folder, 'missing')]);
    expect(disks).toHaveLength(1);
    expect(folder.startsWith(disks[0]?.path ?? '?')).toBe(true);
  });

  it('has room as the system says, also for a folder that has yet to be made', async () => {
    const folder = temporaryFolder();
    const there = await freeSpace(folder);
    const missing = await freeSpace(join(folder, 'x', 'y'));
    expect(there?.bytes.size).toBeGreaterThan(0);
    expect(missing?.bytes.size).toBe(there?.bytes.size);
  });
});
