import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type NotePlace, Notes } from '../../../../../electron/engine/leases/notes.ts';
import { processTable } from '../../../../../electron/engine/processes/this-process-table.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const RUN = '20261121-051500-123-k3f9';
const OTHER = '20261121-051500-124-aaaa';
const of = { run: RUN, pipeline: 'p' };
const body = z.object({ text: z.string().max(10) });

function scene(): { notes: Notes<z.infer<typeof body>>; folder: string; home: string } {
  const home = temporaryFolder();
  const folder = join(temporaryFolder(), 'leases');
  const place: NotePlace = { home, env: { DROVER_LEASES: folder }, table: processTable() };
  return { notes: new Notes(place, 'lease', body), folder, home };
}

/** The text of a note of this process, with changes. */
function textWith(folder: string, changes: { writer?: object; body?: object }): string {
  const [name = ''] = readdirSync(folder);
  const note = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { writer: object; body: object };
  return JSON.stringify({ writer: { ...note.writer, ...changes.writer }, body: { ...note.body, ...changes.body } });
}

describe('a note', () => {
  it('is read by all users, from a folder in which all may write and nobody may remove files of others', () => {
    const { notes, folder } = scene();
    const before = process.umask(0o077);
    notes.write(of, 'GPU-0', { text: 'a' });
    process.umask(before);
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
    expect(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777).toBe(0o644);
    expect(notes.read()).toMatchObject([{ user: null, writer: { run: RUN, pid: process.pid }, body: { text: 'a' } }]);
  });

  it('is replaced and removed by its run', () => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    notes.write(of, 'GPU-0', { text: 'b' });
    expect(notes.read().map((one) => one.body.text)).toEqual(['b']);
    notes.remove(RUN, 'GPU-0');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('counts no longer when its process has ended, and is removed by the next who looks', () => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    const dead = textWith(folder, { writer: { pid: 4_000_000 } });
    writeFileSync(join(folder, `lease~GPU-0~${RUN}.json`), dead);
    expect(notes.read()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that has the number of a dead one does not count', () => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    writeFileSync(join(folder, `lease~GPU-0~${RUN}.json`), textWith(folder, { writer: { start_time: 1 } }));
    expect(notes.read()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('goes on while the launcher of a worker of its run lives', async () => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    writeFileSync(join(folder, `lease~GPU-0~${RUN}.json`), textWith(folder, { writer: { pid: 4_000_000 } }));
    const script = join(temporaryFolder(), 'launcher.sh');
    writeFileSync(script, 'read -r line\n');
    const record = `/data of anna/runs/p/${RUN}/processes/step_001/worker_0.ndjson`;
    const launcher = spawn('sh', [script, record], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(launcher, 'spawn');
    const found = notes.read().length;
    launcher.stdin.end();
    await once(launcher, 'exit');
    expect([found, notes.read().length]).toEqual([1, 0]);
  });

  it.each([
    [
      'a link',
      (path: string, text: string) => (writeFileSync(`${path}.target`, text), symlinkSync(`${path}.target`, path)),
    ],
    [
      'a file with a second name',
      (path: string, text: string) => (writeFileSync(path, text), linkSync(path, `${path}.second`)),
    ],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a file that is too long', (path: string, text: string) => writeFileSync(path, text + ' '.repeat(20_000))],
    ['no JSON', (path: string) => writeFileSync(path, 'not JSON')],
  ])('is not %s', (_, make) => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    const text = textWith(folder, {});
    const path = join(folder, `lease~GPU-0~${RUN}.json`);
    renameSync(path, `${path}.away`);
    make(path, text);
    expect(notes.read()).toEqual([]);
  });

  it.each([
    ['another form', { body: { text: 7 } }],
    ['a longer text than allowed', { body: { text: 'x'.repeat(11) } }],
    ['a run that is none', { writer: { run: '../../etc' } }],
    ['another run than its name', { writer: { run: OTHER } }],
  ])('with %s is none', (_, changes) => {
    const { notes, folder } = scene();
    notes.write(of, 'GPU-0', { text: 'a' });
    writeFileSync(join(folder, `lease~GPU-0~${RUN}.json`), textWith(folder, changes));
    expect(notes.read()).toEqual([]);
  });

  it('goes into the data folder where the shared folder is a link or closed, and says so', () => {
    const { notes, folder, home } = scene();
    symlinkSync(temporaryFolder(), folder);
    const written = notes.write(of, 'GPU-0', { text: 'a' });
    expect(written).toEqual({ path: join(home, 'leases', `lease~GPU-0~${RUN}.json`) });
    expect(notes.isShared(join(home, 'leases', `lease~GPU-0~${RUN}.json`))).toBe(false);
    expect(notes.read()).toHaveLength(1);
  });

  it('is refused in words where no folder takes it', () => {
    const { notes, folder, home } = scene();
    writeFileSync(folder, '');
    writeFileSync(join(home, 'leases'), '');
    chmodSync(home, 0o700);
    expect(notes.write(of, 'GPU-0', { text: 'a' })).toEqual({ error: expect.stringContaining('is not a folder') });
  });
});
