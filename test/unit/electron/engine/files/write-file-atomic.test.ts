import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../../../electron/engine/files/write-file-atomic.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

test('the file is replaced whole and nothing else is left', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'record.json');
  writeFileAtomic(path, 'a long first text');
  writeFileAtomic(path, 'short');
  expect(readFileSync(path, 'utf8')).toBe('short');
  expect(readdirSync(folder)).toEqual(['record.json']);
});

test('a link in its place is replaced and what it points to stays', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'other'), 'precious');
  symlinkSync(join(folder, 'other'), join(folder, 'record.json'));
  writeFileAtomic(join(folder, 'record.json'), 'new');
  expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('precious');
});

test('a write that fails leaves no temporary file', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'record.json', 'inside'), { recursive: true });
  expect(() => writeFileAtomic(join(folder, 'record.json'), 'new')).toThrow('record.json');
  expect(readdirSync(folder)).toEqual(['record.json']);
});
