import { readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { overlap, placeOf } from '../../../../../electron/engine/files/folder-places.ts';
import { ExistingFiles } from '../../../../../electron/engine/outputs/earlier-outputs.ts';
import { checkOutputFolder, makeOutputFolder } from '../../../../../electron/engine/outputs/output-folder.ts';
import { makeFileTree } from '../../../../helpers/file-tree.ts';

describe('files that stand where outputs go', () => {
  async function tree(): Promise<string> {
    return makeFileTree({ 'out/a.npy': 'x', 'out/sub/deep/b.npy': 'y', 'out/c.npy/': '' });
  }

  test('have a key, be they files or folders; what is not there has none', async () => {
    const root = await tree();
    const files = new ExistingFiles();
    const keys = ['a.npy', 'sub/deep/b.npy', 'c.npy'].map((path) => files.keyOf(join(root, 'out', path)));
    expect(new Set(keys).size).toBe(3);
    expect(keys).not.toContain(null);
    for (const path of ['x.npy', 'no/such/a.npy', 'sub/a.npy', 'a.npy/b'])
      expect(files.keyOf(join(root, 'out', path))).toBeNull();
  });

  test('have one key on every way to them', async () => {
    const root = await tree();
    await symlink(join(root, 'out'), join(root, 'link'));
    await symlink('out/sub', join(root, 'short'));
    const files = new ExistingFiles();
    expect(files.keyOf(join(root, 'link/a.npy'))).toBe(files.keyOf(join(root, 'out/a.npy')));
    expect(files.keyOf(join(root, 'short/deep/b.npy'))).toBe(files.keyOf(join(root, 'out/sub/deep/b.npy')));
  });

  test('are not taken for others whose names differ in case, where the file system tells cases apart', async () => {
    const root = await tree();
    const isOne = await stat(join(root, 'out/A.NPY')).then(
      () => true,
      () => false,
    );
    const files = new ExistingFiles();
    expect(files.keyOf(join(root, 'out/A.NPY'))).toBe(isOne ? files.keyOf(join(root, 'out/a.npy')) : null);
  });
});

describe('two folders', () => {
  test('overlap when one is the other or lies in it, on every way to them and before they are made', async () => {
    const root = await makeFileTree({ 'out/sub/': '', 'other/': '' });
    await symlink(join(root, 'out'), join(root, 'link'));
    const at = (path: string) => placeOf(join(root, path));
    for (const [a, b] of [
      ['out', 'out'],
      ['out', 'link/sub'],
      ['link', 'out'],
      ['out/new/deep', 'link/new'],
      ['new', 'new/deep'],
      ['NEW', 'new'],
    ] as const) {
      expect(overlap(at(a), at(b)), `${a} and ${b}`).toBe(true);
      expect(overlap(at(b), at(a)), `${b} and ${a}`).toBe(true);
    }
    for (const [a, b] of [
      ['out/sub', 'other'],
      ['new', 'newer'],
      ['out/new', 'other/new'],
      ['out/sub', 'out/new'],
    ] as const)
      expect(overlap(at(a), at(b)), `${a} and ${b}`).toBe(false);
  });
});

describe('an output folder', () => {
  test('that can be made and written is fine, and the check leaves nothing behind', async () => {
    const root = await makeFileTree({ 'old/file': 'x' });
    expect((await checkOutputFolder(join(root, 'new/deep/folder'))).ok).toBe(true);
    expect((await checkOutputFolder(join(root, 'old'))).ok).toBe(true);
    expect(await readdir(root, { recursive: true })).toEqual(['old', 'old/file']);
  });

  test('below a file, or where nobody may write, is refused with the system’s reason', async () => {
    const root = await makeFileTree({ file: 'x' });
    const below = await checkOutputFolder(join(root, 'file/folder'));
    expect(below).toMatchObject({ ok: false, error: { reason: 'output-folder' } });
    expect(!below.ok && below.error.message).toContain(`${join(root, 'file/folder')} cannot be written: `);
    const onFile = await checkOutputFolder(join(root, 'file'));
    expect(onFile.ok).toBe(false);
  });

  test('where the system answers a making with "no such file" is refused and not waited for', async () => {
    // /proc does so on Linux; elsewhere it is not there and root may not be written.
    const refused = { ok: false, error: { reason: 'output-folder' } };
    expect(await checkOutputFolder('/proc/drover-test/deep')).toMatchObject(refused);
    expect(await makeOutputFolder('/proc/drover-test')).toMatchObject(refused);
  });

  test('is made with the folders above it, also when it is there', async () => {
    const root = await makeFileTree();
    expect((await makeOutputFolder(join(root, 'a/b'))).ok).toBe(true);
    expect((await makeOutputFolder(join(root, 'a/b'))).ok).toBe(true);
    expect(await readdir(root, { recursive: true })).toEqual(['a', 'a/b']);
  });
});
