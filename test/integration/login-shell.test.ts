import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTools } from '../../electron/engine/settings/find-tools.ts';
import { askLoginShell, isFromDesktop } from '../../electron/engine/settings/login-environment.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** As a desktop session starts a program. */
const DESKTOP_PATH = '/usr/bin:/bin';

/** A home folder with start files, and programs that only these put on PATH. */
function homeWith(profile: string): { home: string; env: Record<string, string> } {
  const home = temporaryFolder();
  writeFileSync(join(home, '.bash_profile'), profile);
  for (const program of ['miniconda/bin/python3', 'gpu/bin/nvidia-smi']) {
    const path = join(home, program);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
  }
  return { home, env: { HOME: home, PATH: DESKTOP_PATH, SHELL: '/bin/bash' } };
}

describe('a program that was started from the desktop', () => {
  it('finds what the login shell has on its PATH, and says by whose word', async () => {
    const { home, env } = homeWith(`
      echo "Welcome, here is a fortune"
      export PATH="$HOME/miniconda/bin:$PATH" CONDA_PREFIX="$HOME/miniconda" CONDA_DEFAULT_ENV=base SECRET=hidden
      export PATH="$PATH:$HOME/gpu/bin"
    `);
    const found = await askLoginShell(env);
    const folders = found.env['PATH']?.split(':') ?? [];
    expect(folders[0]).toBe(join(home, 'miniconda/bin'));
    expect(folders).toEqual(expect.arrayContaining(['/usr/bin', '/bin', join(home, 'gpu/bin')]));
    expect(new Set(folders).size).toBe(folders.length);
    expect(found.env).toMatchObject({ CONDA_PREFIX: join(home, 'miniconda'), CONDA_DEFAULT_ENV: 'base' });
    expect(found.env['SECRET']).toBeUndefined();
    const { tools, environment } = findTools({ ...found, home, interpreter: null });
    expect(environment).toContain('asked the login shell (/bin/bash)');
    expect(tools.find(({ name }) => name === 'nvidia-smi')).toMatchObject({
      path: join(home, 'gpu/bin/nvidia-smi'),
      found: `in ${join(home, 'gpu/bin')} on PATH, from the login shell`,
    });
    expect(tools.find(({ name }) => name === 'python')?.path).toBe(join(home, 'miniconda/bin/python3'));
    expect(tools.find(({ name }) => name === 'tar')?.found).toContain('from the program’s own environment');
  });

  it('keeps what it was started with, where the shell says otherwise', async () => {
    const { env } = homeWith('export VIRTUAL_ENV=/other CONDA_PREFIX=/conda');
    const found = await askLoginShell({ ...env, VIRTUAL_ENV: '/mine' });
    expect(found.env).toMatchObject({ VIRTUAL_ENV: '/mine', CONDA_PREFIX: '/conda' });
  });

  it('goes on without a shell that never answers, and leaves nothing of it behind', async () => {
    const { home, env } = homeWith('sleep 600');
    const found = await askLoginShell(env, 300);
    expect(found.origin.words).toContain('did not answer within 0.3 s');
    expect(found.env['PATH']?.startsWith(DESKTOP_PATH)).toBe(true);
    await expect.poll(() => processesWith(`HOME=${home}`)).toEqual([]);
  });

  it('goes on without a shell that is not there, ends at once, or is not known', async () => {
    const { env } = homeWith('exit 3');
    expect((await askLoginShell(env)).origin.words).toContain('exit code 3');
    expect((await askLoginShell({ ...env, SHELL: '/no/such/shell' })).origin.words).toContain('cannot be started');
    expect((await askLoginShell({ ...env, SHELL: '' })).origin.words).toContain('SHELL is not set');
  });
});

describe('whether it was the desktop', () => {
  it('shows in that there is no terminal of any kind', () => {
    expect(isFromDesktop({}, false, 'linux')).toBe(true);
    expect(isFromDesktop({ TERM: 'xterm' }, false, 'linux')).toBe(false);
    expect(isFromDesktop({}, true, 'darwin')).toBe(false);
    expect(isFromDesktop({}, false, 'win32')).toBe(false);
    expect(isFromDesktop({ DROVER_LOGIN_SHELL: 'no' }, false, 'linux')).toBe(false);
  });
});
