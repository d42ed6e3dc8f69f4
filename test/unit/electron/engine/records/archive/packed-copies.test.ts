import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import {
  readArchiveState,
  writeArchiveState,
} from '../../../../../../electron/engine/records/archive/archive-state.ts';
import { PackedCopies } from '../../../../../../electron/engine/records/archive/packed-copies.ts';
import { packLogs, unpackLogs } from '../../../../../../electron/engine/records/archive/packed-logs.ts';
import { archiveFile } from '../../../../../../electron/engine/run-directory/paths.ts';
import { makeRun } from '../../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const LOG = 'logs/step_001/worker_0.log';
const NOW = new Date('2026-11-21T05:30:00Z');

/** A run whose logs are packed, and a data folder for its copies. */
async function packedRun() {
  const directory = makeRun(temporaryFolder());
  const text = readFileSync(join(directory, LOG), 'utf8');
  await packLogs(directory, NOW);
  const home = temporaryFolder();
  return { directory, text, home, copies: new PackedCopies(home), folder: join(home, 'cache', 'logs') };
}

interface Entry {
  path: string;
  content?: string;
  type?: 'File' | 'SymbolicLink' | 'Link';
  linkpath?: string;
}

/** Puts an archive of somebody else's making in place of a run's own, with an archive.json that fits it. */
function plantArchive(directory: string, entries: readonly Entry[]): void {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', linkpath = '' }) => {
    const block = Buffer.alloc(512);
    new Header({ path, size: content.length, type, linkpath, mode: 0o644, uid: 0, gid: 0, mtime: NOW }).encode(block);
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [block, Buffer.from(content), padding];
  });
  const bytes = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
  writeFileSync(archiveFile(directory), bytes);
  const members = entries.map(({ path, content = '' }) => ({ path, size: content.length }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeArchiveState(directory, {
    size: bytes.length,
    sha256,
    made: NOW.toISOString(),
    stale: false,
    packed: true,
    members,
  });
}

describe('a copy of packed logs', () => {
  it('has the logs byte for byte, is private, and is made once', async () => {
    const { directory, text, copies, folder } = await packedRun();
    const [first, second] = await Promise.all([copies.folderOf(directory), copies.folderOf(directory)]);
    expect(first).toEqual(second);
    const copy = first.ok ? first.value : '';
    expect(readFileSync(join(copy, LOG), 'utf8')).toBe(text);
    expect(statSync(join(copy, 'logs')).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(existsSync(join(directory, 'logs'))).toBe(false);
  });

  it.each(['emptied', 'cut', 'removed'])('of which a log was %s is made anew', async (what) => {
    const { directory, text, copies } = await packedRun();
    const made = await copies.folderOf(directory);
    const log = join(made.ok ? made.value : '', LOG);
    if (what === 'removed') rmSync(log);
    else writeFileSync(log, what === 'cut' ? text.slice(0, 10) : '');
    expect(await copies.folderOf(directory)).toEqual(made);
    expect(readFileSync(log, 'utf8')).toBe(text);
  });

  it('is the run itself where nothing is packed', async () => {
    const directory = makeRun(temporaryFolder());
    expect(await new PackedCopies(temporaryFolder()).folderOf(directory)).toEqual({ ok: true, value: directory });
  });

  it('goes when nobody has used it for an hour, and is made again for whoever comes then', async () => {
    const { directory, copies, folder } = await packedRun();
    await copies.folderOf(directory);
    copies.removeUnused();
    const [name = ''] = readdirSync(folder);
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    utimesSync(join(folder, name), longAgo, longAgo);
    // To be asked for it is to use it.
    await copies.folderOf(directory);
    copies.removeUnused();
    expect(readdirSync(folder)).toEqual([name]);
    utimesSync(join(folder, name), longAgo, longAgo);
    copies.removeUnused();
    expect(readdirSync(folder)).toEqual([]);
    expect((await copies.folderOf(directory)).ok).toBe(true);
  });

  it('goes at once after a passing look, unless it was there before', async () => {
    const { directory, text, copies, folder } = await packedRun();
    const read = () =>
      copies.withFolder(directory, async (at) =>
        at.ok ? readFileSync(join(at.value, LOG), 'utf8') : at.error.message,
      );
    expect(await read()).toBe(text);
    expect(readdirSync(folder)).toEqual([]);
    await copies.folderOf(directory);
    expect(await read()).toBe(text);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is refused with the reason where the archive is gone or cut off, and nothing half-made stays', async () => {
    const { directory, copies, folder } = await packedRun();
    const archive = archiveFile(directory);
    const bytes = readFileSync(archive);
    writeFileSync(archive, bytes.subarray(0, bytes.length - 20));
    expect(await copies.folderOf(directory)).toMatchObject({ ok: false, error: { reason: 'run-damaged' } });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(archive);
    expect(await copies.folderOf(directory)).toMatchObject({ ok: false, error: { reason: 'run-damaged' } });
  });

  it('is refused where the disk has no room for what archive.json says', async () => {
    const { directory, copies } = await packedRun();
    const state = readArchiveState(directory);
    if (state === null) throw new Error('There is no archive.json');
    writeArchiveState(directory, { ...state, members: [{ path: LOG, size: 2 ** 50 }] });
    expect(await copies.folderOf(directory)).toMatchObject({
      ok: false,
      error: { reason: 'data-folder', advice: expect.stringContaining('Free space') as string },
    });
  });

  it('is refused where the data folder cannot be written', async () => {
    const { directory } = await packedRun();
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await new PackedCopies(file).folderOf(directory)).toMatchObject({
      ok: false,
      error: { reason: 'data-folder' },
    });
  });
});

describe('an archive of somebody else’s making', () => {
  const outside = (): string => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'precious'));
    return folder;
  };

  it.each([
    ['a path that leads out', [{ path: 'logs/../../../escaped.log', content: 'x' }]],
    ['an absolute path', [{ path: '/tmp/drover-escaped.log', content: 'x' }]],
    ['less than it says', []],
  ] as const)('with %s gives no copy, and nothing is written elsewhere', async (_, entries) => {
    const { directory, copies, folder } = await packedRun();
    plantArchive(directory, entries);
    const state = readArchiveState(directory);
    if (state === null) throw new Error('There is no archive.json');
    writeArchiveState(directory, { ...state, members: [...state.members, { path: LOG, size: 3 }] });
    expect(await copies.folderOf(directory)).toMatchObject({ ok: false, error: { reason: 'run-damaged' } });
    expect(await unpackLogs(directory)).toMatchObject({ ok: false });
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync('/tmp/drover-escaped.log')).toBe(false);
    expect(readdirSync(join(folder, '..'))).toEqual(['logs']);
  });

  it('with links in it gives none of them, and nothing is written through them', async () => {
    const { directory, copies } = await packedRun();
    const target = outside();
    plantArchive(directory, [
      { path: 'logs/step_001', type: 'SymbolicLink', linkpath: join(target, 'precious') },
      { path: 'logs/link.log', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      { path: 'logs/hard.log', type: 'Link', linkpath: '/etc/passwd' },
      { path: LOG, content: 'abc' },
    ]);
    const state = readArchiveState(directory);
    if (state === null) throw new Error('There is no archive.json');
    writeArchiveState(directory, { ...state, members: [{ path: LOG, size: 3 }] });
    const copy = await copies.folderOf(directory);
    expect(copy.ok && readdirSync(join(copy.value, 'logs'))).toEqual(['step_001']);
    expect(readdirSync(join(target, 'precious'))).toEqual([]);
  });

  it('finds no way through a link that stands where logs are to be unpacked', async () => {
    const { directory, text } = await packedRun();
    const target = outside();
    symlinkSync(join(target, 'precious'), join(directory, 'logs'));
    expect(await unpackLogs(directory)).toMatchObject({ ok: true });
    expect(readdirSync(join(target, 'precious'))).toEqual([]);
    expect(readFileSync(join(directory, LOG), 'utf8')).toBe(text);
  });
});
