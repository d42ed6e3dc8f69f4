import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLogRange } from '../../../../../electron/engine/logs/read-log-range.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-range-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readLogRange', () => {
  it('reads the bytes asked for', async () => {
    const path = join(folder, 'a.log');
    await writeFile(path, '0123456789');
    const range = await readLogRange(path, 3, 4);
    expect({ ...range, bytes: Buffer.from(range.bytes).toString() }).toEqual({ offset: 3, bytes: '3456', size: 10 });
  });

  it('gives less at the end of the file and nothing beyond it', async () => {
    const path = join(folder, 'a.log');
    await writeFile(path, '0123456789');
    expect(Buffer.from((await readLogRange(path, 8, 100)).bytes).toString()).toBe('89');
    expect((await readLogRange(path, 10, 1)).bytes).toHaveLength(0);
    expect(await readLogRange(path, 50, 1)).toMatchObject({ offset: 50, size: 10 });
  });

  it('takes a file that does not exist yet for an empty one', async () => {
    expect(await readLogRange(join(folder, 'later', 'b.log'), 5, 9)).toEqual({
      offset: 5,
      bytes: new Uint8Array(0),
      size: 0,
    });
  });

  it('fails on what is no file', async () => {
    await expect(readLogRange(folder, 0, 10)).rejects.toThrow('EISDIR');
  });
});
