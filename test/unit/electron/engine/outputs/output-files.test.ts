import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { clearOutputs, setAsideOutputs } from '../../../../../electron/engine/outputs/output-files.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

test.each(['a.npy', 'n'.repeat(255), 'ü'.repeat(127)])(
  'what a failed attempt left at %s is put aside, never in its place',
  (name) => {
    const folder = temporaryFolder();
    const path = join(folder, name);
    writeFileSync(path, 'half');
    const [aside = ''] = setAsideOutputs([path], 2);
    expect(readdirSync(folder)).toEqual([basename(aside)]);
    expect(aside).toMatch(/\.attempt-2\.failed$/);
    expect(readFileSync(aside, 'utf8')).toBe('half');
  },
);

test('names that begin alike are put aside under names of their own', () => {
  const folder = temporaryFolder();
  const paths = ['a', 'b'].map((end) => join(folder, `${'n'.repeat(254)}${end}`));
  for (const path of paths) writeFileSync(path, path.slice(-1));
  expect(setAsideOutputs(paths, 1).map((path) => readFileSync(path, 'utf8'))).toEqual(['a', 'b']);
});

test('what came after the look is kept, what was there before it may go', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.npy');
  writeFileSync(path, 'precious');
  const [kept = ''] = clearOutputs([path, join(folder, 'nothing')], Date.now() - 60_000, new Set());
  expect(readFileSync(kept, 'utf8')).toBe('precious');
  writeFileSync(path, 'seen');
  expect(clearOutputs([path], Date.now() + 60_000, new Set())).toEqual([]);
  expect(readdirSync(folder)).toEqual([basename(kept)]);
  writeFileSync(path, 'of nobody');
  const [unclaimed = ''] = clearOutputs([path], Date.now() + 60_000, new Set([path]));
  expect(readFileSync(unclaimed, 'utf8')).toBe('of nobody');
});
