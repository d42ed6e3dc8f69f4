import { expect, it } from 'vitest';
import { withoutOwnFile } from '../../../shared/without-own-file.ts';

it.each([
  ['/data/a.fa: it is empty', '/data/a.fa', 'it is empty'],
  ['a.fa: it is empty', '/data/a.fa', 'it is empty'],
  ['a.fa: it is empty', 'C:\\data\\a.fa', 'it is empty'],
  ['b.fa: it is empty', '/data/a.fa', 'b.fa: it is empty'],
  ['/data/a.fa: ', '/data/a.fa', '/data/a.fa: '],
  [': it is empty', '', ': it is empty'],
  ['', '/data/a.fa', ''],
])('of %j people need with the file %j: %j', (message, file, needed) => {
  expect(withoutOwnFile(message, file)).toBe(needed);
});
