import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHeadless } from '../../../../../electron/engine/launch/headless.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** Claims the run at once and publishes itself in owner.json a while later, as an engine on a busy machine does. */
const SLOW_TO_PUBLISH = `
  const { existsSync, mkdirSync, writeFileSync, renameSync } = require('node:fs');
  const owner = JSON.stringify({ pid: process.pid, start_time: 1, boot_id: 'b', host: 'h', nonce: 'slow', released: false });
  mkdirSync('control', { recursive: true });
  writeFileSync(existsSync('control/after-a.owner') ? 'control/after-b.owner' : 'control/first.owner', owner);
  setTimeout(() => {
    writeFileSync('.owner', owner);
    renameSync('.owner', 'owner.json');
  }, 400);
`;

/** A run folder whose last owner had claimed it and died before owner.json named it. */
function claimedButNotPublished(): string {
  const directory = temporaryFolder();
  const owner = { pid: 1, start_time: 1, boot_id: 'earlier', host: 'h', released: true };
  mkdirSync(join(directory, 'control'));
  writeFileSync(join(directory, 'owner.json'), JSON.stringify({ ...owner, nonce: 'a' }));
  writeFileSync(join(directory, 'control/after-a.owner'), JSON.stringify({ ...owner, nonce: 'b' }));
  return directory;
}

test.each([
  ['that has no owner yet', temporaryFolder],
  ['whose last owner was never named in owner.json', claimedButNotPublished],
])('a run %s counts as taken only once owner.json names the headless engine', async (_, make) => {
  const directory = make();
  const started = await startHeadless({
    command: [process.execPath, '-e', `process.chdir(process.env.RUN_FOLDER);${SLOW_TO_PUBLISH}`, '--'],
    home: temporaryFolder(),
    env: { ...process.env, RUN_FOLDER: directory },
    run: 'a-run',
    directory,
    purpose: 'run',
    items: [],
  });
  const path = join(directory, 'owner.json');
  expect([started.ok, existsSync(path)]).toEqual([true, true]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ nonce: 'slow' });
});
