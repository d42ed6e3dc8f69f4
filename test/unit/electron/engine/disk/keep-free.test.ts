import { expect, it } from 'vitest';
import { keepFree } from '../../../../../electron/engine/disk/keep-free.ts';
import { parseSize } from '../../../../../electron/engine/runs/parse-size.ts';
import { DEFAULT_SETTINGS } from '../../../../../shared/settings.ts';

const GIB = 1024 ** 3;

it.each([
  ['5GiB', 5 * GIB],
  ['5 g', 5 * GIB],
  ['1.5T', 1.5 * 1024 * GIB],
  ['2k', 2_048],
  ['0', 0],
  ['', null],
  ['much', null],
  ['-1', null],
  [undefined, null],
])('the size %s is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it('what is to stay free is what the environment says, else the setting, else left to the engine', () => {
  const set = { ...DEFAULT_SETTINGS, keepFreeGib: 20 };
  expect(keepFree({}, DEFAULT_SETTINGS)).toBeNull();
  expect(keepFree({}, set)).toBe(20 * GIB);
  expect(keepFree({ DROVER_KEEP_FREE: '3GiB' }, set)).toBe(3 * GIB);
  expect(keepFree({ DROVER_KEEP_FREE: '0' }, set)).toBe(0);
  expect(keepFree({ DROVER_KEEP_FREE: 'some' }, set)).toBe(20 * GIB);
});
