import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFolder } from '../../../../../electron/engine/inputs/list-folder.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

async function listed(path: string, limit?: number): Promise<string[]> {
  const listing = await listFolder(path, '/', limit);
  if (!listing.ok) throw new Error(listing.error.message);
  return listing.value.entries.map(({ name, kind, size }) => `${kind} ${name} ${size}`);
}

describe('a folder', () => {
  it('is listed with folders first, by name with numbers as numbers, without what is hidden', async () => {
    const folder = temporaryFolder();
    for (const name of ['b', 'a', '.git']) mkdirSync(join(folder, name));
    for (const name of ['f10.txt', 'f9.txt', '.hidden', 'Ä b.fa']) writeFileSync(join(folder, name), 'four');
    expect(await listed(folder)).toEqual([
      'folder a null',
      'folder b null',
      'file Ä b.fa 4',
      'file f9.txt 4',
      'file f10.txt 4',
    ]);
  });

  it('shows links as what they lead to, and none that lead nowhere', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'file'), 'xyz');
    symlinkSync('real', join(folder, 'to-folder'));
    symlinkSync('file', join(folder, 'to-file'));
    symlinkSync('nothing', join(folder, 'to-nothing'));
    symlinkSync('round', join(folder, 'round'));
    expect(await listed(folder)).toEqual([
      'folder real null',
      'folder to-folder null',
      'file file 3',
      'file to-file 3',
    ]);
  });

  it('with more than the limit says how much is left out', async () => {
    const folder = temporaryFolder();
    for (let file = 0; file < 70; file += 1) writeFileSync(join(folder, `f${file}`), '');
    mkdirSync(join(folder, 'z'));
    const listing = await listFolder(folder, '/', 3);
    expect(listing).toMatchObject({
      ok: true,
      value: { more: 68, entries: [{ name: 'z' }, { name: 'f0' }, { name: 'f1' }] },
    });
  });

  it('knows its parent, and the top has none', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    expect(await listFolder('in', folder)).toMatchObject({
      ok: true,
      value: { path: join(folder, 'in'), parent: folder },
    });
    expect(await listFolder('/', folder)).toMatchObject({ ok: true, value: { path: '/', parent: null } });
  });

  it('that cannot be listed is refused in words', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const refusals: [string, string][] = [
      ['missing', 'it is not there'],
      ['file', 'it is not a folder'],
      ['x'.repeat(400), 'the path is too long'],
      ['a\0b', 'no path can have'],
    ];
    for (const [path, said] of refusals) {
      const listing = await listFolder(path, folder);
      expect(listing).toMatchObject({
        ok: false,
        error: { reason: 'unreadable-input', message: expect.stringContaining(said) },
      });
    }
  });
});
