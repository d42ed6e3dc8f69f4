import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileArguments } from '../../../../electron/main/file-arguments.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

it('takes the words of a start that are files or folders, from where it was started', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.fa'), '');
  const words = ['drover', '--flag', 'a.fa', 'not-there.fa', '', folder];
  expect(fileArguments(words, folder, null)).toEqual([join(folder, 'a.fa'), folder]);
});

it('does not take the folder of the app for a file, nor what stands before it for Electron', () => {
  const folder = temporaryFolder();
  const app = temporaryFolder();
  writeFileSync(join(folder, 'a.fa'), '');
  writeFileSync(join(folder, 'loader.js'), '');
  const taken = (...words: string[]) => fileArguments(['electron', ...words], folder, app);
  expect(taken(app, 'a.fa')).toEqual([join(folder, 'a.fa')]);
  expect(taken('--inspect=0', '--remote-debugging-port=0', app)).toEqual([]);
  expect(taken('-r', 'loader.js', '--inspect=0', app, 'a.fa')).toEqual([join(folder, 'a.fa')]);
  expect(taken(join(app, 'link'), 'a.fa')).toEqual([join(folder, 'a.fa')]);
});
