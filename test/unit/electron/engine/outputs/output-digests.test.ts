import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOutput, isSameContent } from '../../../../../electron/engine/outputs/output-digests.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const MIB = 1024 ** 2;

async function digest(path: string) {
  const found = await digestOutput(path);
  if (found === null) throw new Error('there is no digest');
  return found;
}

test('a file of up to 1 MiB is read whole: every byte counts, and its time does not', async () => {
  const path = join(temporaryFolder(), 'a.npy');
  const bytes = Buffer.alloc(MIB, 7);
  writeFileSync(path, bytes);
  const first = await digest(path);
  expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  expect(isSameContent(first, await digest(path))).toBe(true);
  bytes[MIB - 77_777] = 8;
  writeFileSync(path, bytes);
  expect(isSameContent(first, await digest(path))).toBe(false);
});

test('of a larger file pieces are read, its first and last bytes among them, and its sameness stays open', async () => {
  const path = join(temporaryFolder(), 'large.npy');
  writeFileSync(path, Buffer.from('begin'));
  truncateSync(path, 64 * MIB);
  const first = await digest(path);
  expect(first.sha256).toBeUndefined();
  expect(isSameContent(first, await digest(path))).toBeNull();
  writeFileSync(path, Buffer.from('other'), { flag: 'r+' });
  expect(isSameContent(first, await digest(path))).toBe(false);
  writeFileSync(path, Buffer.from('begin'), { flag: 'r+' });
  truncateSync(path, 64 * MIB - 1);
  expect(isSameContent(first, await digest(path))).toBe(false);
});

test('of a folder names and sizes count', async () => {
  const path = join(temporaryFolder(), 'model');
  mkdirSync(join(path, 'sub'), { recursive: true });
  writeFileSync(join(path, 'sub/a'), 'x');
  const first = await digest(path);
  expect(first).toMatchObject({ size: 1, listing_sha256: expect.any(String) });
  expect(isSameContent(first, await digest(path))).toBeNull();
  writeFileSync(join(path, 'sub/a'), 'xy');
  expect(isSameContent(first, await digest(path))).toBe(false);
});

test('what is not there has no digest', async () => {
  expect(await digestOutput(join(temporaryFolder(), 'nothing'))).toBeNull();
});
