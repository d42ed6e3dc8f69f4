import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareRuntime } from '../../../../../electron/engine/processes/runtime-folder.ts';
import { RESOURCES } from '../../../../helpers/import-resource.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** The files that come from the resources, with their content. */
function copied(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths
      .filter((path) => !path.includes('__pycache__'))
      .map((path): [string, string] => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

test('launcher and workers are copied once per content, and only this user reads them', () => {
  const home = temporaryFolder();
  const first = prepareRuntime(home, RESOURCES);
  const made = statSync(first.launcher).mtimeMs;
  expect(prepareRuntime(home, RESOURCES)).toEqual(first);
  expect(statSync(first.launcher).mtimeMs).toBe(made);
  expect(readdirSync(join(home, 'runtime'))).toEqual([basename(first.resources)]);
  for (const name of ['runtime', 'workers']) {
    const source = copied(join(RESOURCES, name));
    expect(copied(join(first.resources, name))).toEqual(source);
  }
  expect(statSync(first.launcher).mode & 0o077).toBe(0);
  expect(spawnSync(join(first.resources, 'node'), ['-p', '40 + 2'], { encoding: 'utf8' }).stdout).toBe('42\n');

  const resources = temporaryFolder();
  for (const name of ['runtime', 'workers']) cpSync(join(RESOURCES, name), join(resources, name), { recursive: true });
  writeFileSync(join(resources, 'workers', 'new-worker.mjs'), '');
  expect(prepareRuntime(home, resources).resources).not.toBe(first.resources);
});

test('a copy of which something is empty, cut, foreign, gone or not a program any more is put right at the next use', () => {
  const home = temporaryFolder();
  const { resources, launcher, launchHelper, node } = prepareRuntime(home, RESOURCES);
  const whole = copied(resources);
  const worker = join(resources, 'workers', 'drover_worker.py');
  writeFileSync(launcher, '');
  writeFileSync(launchHelper, readFileSync(launchHelper, 'utf8').slice(0, 100));
  writeFileSync(worker, '\0'.repeat(statSync(worker).size));
  writeFileSync(node, '');
  chmodSync(node, 0o600);
  rmSync(join(resources, 'workers', 'drover_inference'), { recursive: true });
  expect(prepareRuntime(home, RESOURCES).node).toBe(node);
  expect(copied(resources)).toEqual(whole);
  expect(statSync(node).mode & 0o777).toBe(0o700);
});

test('an empty folder in the place of a copy is filled', () => {
  const home = temporaryFolder();
  const { resources } = prepareRuntime(home, RESOURCES);
  const whole = copied(resources);
  rmSync(resources, { recursive: true });
  mkdirSync(resources);
  prepareRuntime(home, RESOURCES);
  expect(copied(resources)).toEqual(whole);
});
