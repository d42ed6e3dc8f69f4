import { expect, it } from 'vitest';
import {
  checkKeepFree,
  checkRunEnvironment,
  keepFree,
  parseSize,
} from '../../../../../electron/engine/settings/run-environment.ts';
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
  expect(keepFree({ DROVER_KEEP_FREE: '' }, set)).toBe(20 * GIB);
});

it.each([
  ['DROVER_KEEP_FREE', 'abc'],
  ['DROVER_KEEP_FREE', '1,5G'],
  ['DROVER_KEEP_FREE', '-1'],
  ['DROVER_LOG_BUDGET', '50 GiBs'],
  ['DROVER_STOP_GRACE_MS', '5s'],
  ['DROVER_RESTART_PAUSE_MS', '-5'],
])('%s=%s cannot be read, which is said with its name and value', (name, value) => {
  const refused = checkRunEnvironment({ [name]: value });
  expect(refused?.message).toContain(`${name} is "${value}"`);
  expect(checkRunEnvironment({ [name]: '0' })).toBeNull();
  expect(checkRunEnvironment({ [name]: ' ' })).toBeNull();
  expect(checkRunEnvironment({})).toBeNull();
});

it('more to keep free than a disk has is refused, whoever says it, also where the folder is yet to be made', async () => {
  const folders = ['/', '/no/such/folder'];
  const set = { ...DEFAULT_SETTINGS, keepFreeGib: 1_000_000 };
  expect((await checkKeepFree({ DROVER_KEEP_FREE: '900000T' }, DEFAULT_SETTINGS, folders))?.message).toContain(
    'by DROVER_KEEP_FREE, and the disk of / has only',
  );
  expect((await checkKeepFree({}, set, folders))?.message).toContain('by the setting "Keep free on disks"');
  for (const value of ['0', '1k']) expect(await checkKeepFree({ DROVER_KEEP_FREE: value }, set, folders)).toBeNull();
  expect(await checkKeepFree({}, DEFAULT_SETTINGS, folders)).toBeNull();
});
