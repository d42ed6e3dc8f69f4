import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileArguments } from '../../../../electron/main/file-arguments.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

it('takes the words of a start that are files or folders, from where it was started', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.fa'), '');
  const words = ['drover', '--flag', 'a.fa', 'not-there.fa', '', folder];
  expect(fileArguments(words, folder, true)).toEqual([join(folder, 'a.fa'), folder]);
  expect(fileArguments(['electron', '.', 'a.fa'], folder, false)).toEqual([join(folder, 'a.fa')]);
});
