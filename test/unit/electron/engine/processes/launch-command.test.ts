import { describe, expect, it } from 'vitest';
import { launchCommand } from '../../../../../electron/engine/processes/launch-helper.ts';

const SPEC = {
  launcher: '/l',
  record: '/r',
  start: 2,
  fifo: null,
  owner: '/o',
  command: ['python', 'a b'],
  cwd: '/',
  env: { A: '1' },
  logPath: '/log',
};
const NODE = { node: '/node' };

describe('launchCommand', () => {
  it.each(['linux', 'darwin'] as const)('runs the launcher by sh on %s', (platform) => {
    expect(launchCommand(SPEC, { ...NODE, platform })).toEqual({
      program: '/bin/sh',
      args: ['/l', '/r', '2', '-', '/o', 'python', 'a b'],
      env: { A: '1' },
    });
  });

  it('runs it by Node on Windows, also when Node is Electron', () => {
    expect(launchCommand({ ...SPEC, fifo: '/f' }, { ...NODE, platform: 'win32' })).toEqual({
      program: '/node',
      args: ['/l', '/r', '2', '/f', '/o', 'python', 'a b'],
      env: { A: '1', ELECTRON_RUN_AS_NODE: '1' },
    });
  });
});
