import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
/** A user without rights: root may read everything. */
const NOBODY = 65_534;

/** Runs the search in a process of its own, as an ordinary user, and gives what it printed. */
async function searchAsOrdinaryUser(folder: string, path: string): Promise<unknown> {
  // Copied, since an ordinary user may not be able to read the folder this runs in.
  cpSync(join(REPOSITORY, 'shared'), join(folder, 'code/shared'), { recursive: true });
  cpSync(join(REPOSITORY, 'electron/engine/inputs'), join(folder, 'code/electron/engine/inputs'), { recursive: true });
  cpSync(join(REPOSITORY, 'node_modules/zod'), join(folder, 'code/node_modules/zod'), { recursive: true });
  const script = `
    import { findInputs } from ${JSON.stringify(join(folder, 'code/electron/engine/inputs/find-inputs.ts'))};
    console.log(JSON.stringify(await findInputs({ paths: [process.argv[1]], patterns: ['*.fa'], workingDirectory: '/' })));`;
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const program = ['--input-type=module', '-e', script, path];
  const { stdout } = await execa(process.execPath, program, { cwd: '/', ...user });
  return JSON.parse(stdout);
}

test('a file and a folder without permission are named, and the advice says what to type', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const inputs = join(folder, 'in');
  mkdirSync(join(inputs, 'closed'), { recursive: true });
  for (const file of ['a.fa', 'b.fa']) writeFileSync(join(inputs, file), '>a\n');
  chmodSync(join(inputs, 'b.fa'), 0);
  expect(await searchAsOrdinaryUser(folder, inputs)).toEqual({
    ok: false,
    error: {
      reason: 'unreadable-input',
      message: `An input cannot be read: ${inputs}/b.fa (permission denied).`,
      advice: `Give yourself the permission (chmod u+r '${inputs}/b.fa'), or name the inputs without it. Or go on without such files with --skip-invalid.`,
    },
  });
  chmodSync(join(inputs, 'b.fa'), 0o644);
  chmodSync(join(inputs, 'closed'), 0);
  expect(await searchAsOrdinaryUser(folder, inputs)).toMatchObject({
    error: {
      message: `An input cannot be read: ${inputs}/closed (permission denied).`,
      advice: expect.stringContaining(`chmod u+rx '${inputs}/closed'`),
    },
  });
});
