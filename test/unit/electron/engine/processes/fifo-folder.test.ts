import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fifoFolder, fifoPath } from '../../../../../electron/engine/processes/fifo-folder.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

describe('fifoFolder', () => {
  it('is a private folder in the runtime folder of the user, made once', () => {
    const runtime = temporaryFolder();
    const folder = fifoFolder({ XDG_RUNTIME_DIR: runtime });
    expect(folder).toBe(join(runtime, 'drover'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(fifoFolder({ XDG_RUNTIME_DIR: runtime })).toBe(folder);
  });

  it('is refused when others can enter it, or when it leads elsewhere', () => {
    const open = temporaryFolder();
    mkdirSync(join(open, 'drover'));
    chmodSync(join(open, 'drover'), 0o755);
    expect(() => fifoFolder({ XDG_RUNTIME_DIR: open })).toThrow('is not a private folder of this user');
    const leads = temporaryFolder();
    symlinkSync(temporaryFolder(), join(leads, 'drover'));
    expect(() => fifoFolder({ XDG_RUNTIME_DIR: leads })).toThrow('is not a private folder of this user');
  });

  it('is where the system has its pipes on Windows, where nothing is made', () => {
    const runtime = temporaryFolder();
    const folder = fifoFolder({ XDG_RUNTIME_DIR: runtime }, 'win32');
    expect(fifoPath(folder, '20261121-051500-123-k3f9', 1, 2, 3)).toBe(
      String.raw`\\.\pipe\drover-20261121-051500-123-k3f9.1.2.3`,
    );
    expect(existsSync(join(runtime, 'drover'))).toBe(false);
  });
});

describe('fifoPath', () => {
  it('is another one for every start', () => {
    expect(fifoPath('/run/drover', 'r', 1, 2, 3)).toBe('/run/drover/r.1.2.3');
    expect(fifoPath('/run/drover', 'r', 1, 2, 4)).toBe('/run/drover/r.1.2.4');
  });
});
