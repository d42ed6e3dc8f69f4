import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolders } from '../../../../../electron/engine/files/make-folders.ts';
import { listFiles } from '../../../../helpers/list-files.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const REPOSITORY = join(import.meta.dirname, '../../../../..');

describe('makeFolders', () => {
  test('makes what is missing with its mode, and leaves what is there as it is', () => {
    const folder = temporaryFolder();
    makeFolders(join(folder, 'a/b/c'), 0o700);
    expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
    makeFolders(join(folder, 'a/b'), 0o755);
    expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
  });

  test('takes a link to a folder for the folder', () => {
    const folder = temporaryFolder();
    symlinkSync(temporaryFolder(), join(folder, 'link'));
    makeFolders(join(folder, 'link/sub'));
    expect(existsSync(join(folder, 'link/sub'))).toBe(true);
  });

  test('says what stands in the way', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolders(join(folder, 'file'))).toThrow('EEXIST');
    expect(() => makeFolders(join(folder, 'file/a/b'))).toThrow('ENOTDIR');
  });

  test.runIf(process.platform === 'linux')('ends where a folder says that it is not there although it is', () => {
    expect(() => makeFolders('/proc/drover/a/b')).toThrow('ENOENT');
  });

  test('is the only way in which folders are made with those above them', () => {
    const folders = ['electron', 'resources'].map((name) => join(REPOSITORY, name));
    const sources = folders.flatMap((folder) => listFiles(folder).map(({ name }) => join(folder, name)));
    const code = sources.filter((file) => /\.(ts|mjs)$/.test(file));
    expect(code.length).toBeGreaterThan(100);
    const making = code.filter((file) => /mkdir(Sync)?\([^;]*recursive/s.test(readFileSync(file, 'utf8')));
    expect(making).toEqual([]);
  });
});
