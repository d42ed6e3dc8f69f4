import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHeadless } from '../../../../../electron/engine/launch/headless.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** Claims the run at once and publishes itself in owner.json a while later, as an engine on a busy machine does. */
const SLOW_TO_PUBLISH = `
  const { mkdirSync, writeFileSync, renameSync } = require('node:fs');
  const owner = JSON.stringify({ pid: process.pid, start_time: 1, boot_id: 'b', host: 'h', nonce: 'slow', released: false });
  mkdirSync('control', { recursive: true });
  writeFileSync('control/first.owner', owner);
  setTimeout(() => {
    writeFileSync('.owner', owner);
    renameSync('.owner', 'owner.json');
  }, 400);
`;

test('a run counts as taken by a headless engine only once owner.json names that engine', async () => {
  const directory = temporaryFolder();
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
