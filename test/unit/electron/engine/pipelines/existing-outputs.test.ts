import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExistingOutputs } from '../../../../../electron/engine/pipelines/existing-outputs.ts';
import { checkOutputFolder, makeOutputFolder } from '../../../../../electron/engine/pipelines/output-folder.ts';
import { makeFileTree } from '../../../../helpers/file-tree.ts';

describe('files that stand where outputs go', () => {
  async function verdict(paths: string[], madeByUs: (path: string) => boolean = () => false) {
    const root = await makeFileTree({ 'out/a.npy': 'x', 'out/sub/deep/b.npy': 'y', 'out/c.npy/': '' });
    const outputDir = join(root, 'out');
    const items = paths.map((path) => ({ file: `/in/${path}`, outputs: [join(outputDir, path)] }));
    const result = findExistingOutputs({ items, outputDir, madeByUs });
    return result.ok ? 'fine' : result.error.message.replace(outputDir, 'OUT');
  }

  test('are refused, naming the first and counting the others', async () => {
    expect(await verdict(['x.npy', 'a.npy'])).toBe('The output OUT/a.npy exists already, and no earlier run made it.');
    expect(await verdict(['sub/deep/b.npy', 'a.npy', 'c.npy'])).toContain('OUT/sub/deep/b.npy exists already');
    expect(await verdict(['sub/deep/b.npy', 'a.npy', 'c.npy'])).toContain('(and 2 more)');
  });

  test('may be replaced when an earlier run made them', async () => {
    expect(await verdict(['a.npy'], (path) => path.endsWith('/out/a.npy'))).toBe('fine');
  });

  test('are none in folders that are not there', async () => {
    expect(await verdict(['no/such/folder/a.npy', 'sub/a.npy', 'sub/no/a.npy'])).toBe('fine');
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
