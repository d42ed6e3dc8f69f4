import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasTray } from '../../../../electron/main/status-notifier.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A PATH on which only these tools are, each a script. */
function pathWith(tools: Record<string, string>): { PATH: string } {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: folder };
}

describe('whether a desktop has a tray', () => {
  it('is asked of the session’s bus, by whichever tool is there', async () => {
    expect(await hasTray(pathWith({ gdbus: 'echo "(<true>,)"' }), 'linux')).toBe(true);
    expect(await hasTray(pathWith({ busctl: 'echo "b true"' }), 'linux')).toBe(true);
    expect(await hasTray(pathWith({ 'dbus-send': 'echo "   variant       boolean true"' }), 'linux')).toBe(true);
  });

  it('is no when nobody answers, nothing shows signs, or there is no tool to ask', async () => {
    expect(await hasTray(pathWith({ gdbus: 'echo "Error: no such name" >&2; exit 1' }), 'linux')).toBe(false);
    expect(await hasTray(pathWith({ gdbus: 'echo "(<false>,)"' }), 'linux')).toBe(false);
    expect(await hasTray(pathWith({ gdbus: 'exec /bin/sleep 60' }), 'linux')).toBe(false);
    expect(await hasTray(pathWith({}), 'linux')).toBe(false);
  });

  it('is yes on other systems', async () => {
    expect(await hasTray({}, 'darwin')).toBe(true);
  });
});
