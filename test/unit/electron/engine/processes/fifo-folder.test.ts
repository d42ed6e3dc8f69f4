import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fifoFolder, fifoPath, removeFifos } from '../../../../../electron/engine/processes/fifo-folder.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const RUN = '20261121-051500-123-k3f9';

describe('fifoFolder', () => {
  let temporary: string;
  let standing: string;

  beforeEach(() => {
    temporary = temporaryFolder();
    standing = join(temporary, `drover-${userInfo().uid}`);
  });

  it('is a private folder in the runtime folder of the user, made once', () => {
    const runtime = temporaryFolder();
    const folder = fifoFolder({ XDG_RUNTIME_DIR: runtime });
    expect(folder).toBe(join(runtime, 'drover'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(fifoFolder({ XDG_RUNTIME_DIR: runtime })).toBe(folder);
  });

  it.each<[string, (runtime: string) => string]>([
    ['missing below a file', (runtime) => fileAt(join(runtime, 'file'), 'run')],
    ['a relative path', () => 'run'],
    ['empty', () => ''],
    ['open to others', (runtime) => openTo(join(runtime, 'drover'), runtime)],
    ['a link to elsewhere', (runtime) => linkTo(join(runtime, 'drover'), runtime)],
    ['where a folder can never be made', () => '/proc/drover-runtime'],
  ])('is one below the temporary folder when XDG_RUNTIME_DIR is %s', (_, make) => {
    const folder = fifoFolder({ TMPDIR: temporary, XDG_RUNTIME_DIR: make(temporaryFolder()) });
    expect(folder).toBe(standing);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.runIf(process.getuid?.() === 0)('is not in the runtime folder of somebody else, as after su', () => {
    const runtime = temporaryFolder();
    chownSync(runtime, 65_534, 65_534);
    expect(fifoFolder({ TMPDIR: temporary, XDG_RUNTIME_DIR: runtime })).toBe(standing);
    expect(existsSync(join(runtime, 'drover'))).toBe(false);
  });

  it('is a fresh one, found again, when somebody has made the standing one before', () => {
    for (const make of [() => openTo(standing, ''), () => linkTo(standing, ''), () => fileAt(standing, '')]) {
      rmSync(standing, { recursive: true, force: true });
      make();
      const fresh = fifoFolder({ TMPDIR: temporary });
      expect(fresh.startsWith(`${standing}-`)).toBe(true);
      expect(statSync(fresh).mode & 0o777).toBe(0o700);
      expect(fifoFolder({ TMPDIR: temporary })).toBe(fresh);
    }
  });

  it('is made anew when it was removed in the middle', () => {
    const runtime = temporaryFolder();
    const folder = fifoFolder({ XDG_RUNTIME_DIR: runtime });
    rmSync(folder, { recursive: true });
    expect(fifoFolder({ XDG_RUNTIME_DIR: runtime })).toBe(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it('lies in the data folder when no temporary folder can be used', () => {
    const home = temporaryFolder();
    expect(fifoFolder({ TMPDIR: '/proc/drover-tmp', DROVER_HOME: home })).toBe(join(home, 'fifos'));
  });

  it('says what is wrong with each when none can be had', () => {
    expect(() => fifoFolder({ TMPDIR: '/proc/drover-tmp', DROVER_HOME: '/proc/drover-home' })).toThrow(
      /drover-tmp.*drover-home.*set XDG_RUNTIME_DIR/,
    );
  });

  it('is where the system has its pipes on Windows, where nothing is made', () => {
    const runtime = temporaryFolder();
    const folder = fifoFolder({ XDG_RUNTIME_DIR: runtime }, 'win32');
    expect(fifoPath(folder, RUN, 1, 2, 3)).toBe(String.raw`\\.\pipe\drover-20261121-051500-123-k3f9.1.2.3`);
    expect(existsSync(join(runtime, 'drover'))).toBe(false);
  });

  it('loses the pipes of a run wherever they were made, and no others', () => {
    const runtime = temporaryFolder();
    const folders = [fifoFolder({ XDG_RUNTIME_DIR: runtime }), fifoFolder({ TMPDIR: temporary })];
    const [mine, others] = [fifoPath('', RUN, 1, 2, 3), fifoPath('', 'other', 1, 2, 3)];
    for (const folder of folders) for (const name of [mine, others]) writeFileSync(join(folder, name), '');
    removeFifos({ TMPDIR: temporary, XDG_RUNTIME_DIR: runtime }, RUN, { step: 1, rank: 2 });
    for (const folder of folders) {
      expect(existsSync(join(folder, mine))).toBe(false);
      expect(existsSync(join(folder, others))).toBe(true);
    }
  });
});

describe('fifoPath', () => {
  it('is another one for every start', () => {
    expect(fifoPath('/run/drover', 'r', 1, 2, 3)).toBe('/run/drover/r.1.2.3');
    expect(fifoPath('/run/drover', 'r', 1, 2, 4)).toBe('/run/drover/r.1.2.4');
  });
});

function fileAt(path: string, below: string): string {
  writeFileSync(path, '');
  return join(path, below);
}

function openTo(folder: string, result: string): string {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  return result;
}

function linkTo(path: string, result: string): string {
  symlinkSync(temporaryFolder(), path);
  return result;
}
