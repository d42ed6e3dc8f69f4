import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Imports that a layer must not have, one file each: where it stands → what it imports. */
const FORBIDDEN: readonly [file: string, imported: string][] = [
  ['shared/a.ts', 'node:fs'],
  ['shared/b.ts', 'electron'],
  ['shared/c.ts', '../electron/engine/engine.ts'],
  ['shared/d.ts', '../renderer/app.ts'],
  ['shared/e.ts', '../test/helpers/x.ts'],
  ['electron/engine/a.ts', 'electron'],
  ['electron/engine/b.ts', 'commander'],
  ['electron/engine/runs/c.ts', '../../cli/cli.ts'],
  ['electron/engine/runs/d.ts', '../../main/window.ts'],
  ['electron/engine/runs/e.ts', '../../serve/serve.ts'],
  ['electron/engine/f.ts', '../../renderer/app.ts'],
  ['electron/engine/g.ts', '../../test/helpers/x.ts'],
  ['electron/cli/a.ts', 'electron'],
  ['electron/cli/b.ts', '../main/window.ts'],
  ['electron/cli/c.ts', '../../renderer/app.ts'],
  ['electron/cli/d.ts', '../../test/helpers/x.ts'],
  ['resources/workers/a.mjs', 'zod'],
  ['resources/workers/b.mjs', '@scope/package'],
  ['resources/workers/kmer/c.mjs', '../../../shared/ids.ts'],
  ['resources/workers/kmer/d.mjs', '../../../electron/engine/engine.ts'],
];

/** Imports that look alike and are right. */
const ALLOWED: readonly [file: string, imported: string][] = [
  ['shared/ok.ts', 'zod'],
  ['electron/engine/ok.ts', 'node:fs'],
  ['electron/cli/ok.ts', '../engine/engine.ts'],
  ['resources/workers/ok.mjs', 'node:fs'],
  ['resources/workers/kmer/ok.mjs', '../drover-worker.mjs'],
  ['test/unit/shared/ok.ts', 'node:fs'],
  ['test/unit/electron/engine/ok.ts', '../../../../electron/engine/engine.ts'],
];

/** Lints a made project with the real configuration; its path holds the names of layers, which must not matter. */
async function lint(files: readonly (readonly [file: string, imported: string])[]): Promise<string[]> {
  const project = join(temporaryFolder(), 'test', 'shared', 'drover');
  cpSync(join(ROOT, '.oxlintrc.json'), join(project, '.oxlintrc.json'));
  cpSync(join(ROOT, 'test/checks/oxlint.json'), join(project, 'test/checks/oxlint.json'));
  for (const [file, imported] of files) {
    const path = join(project, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import { x } from '${imported}';\nexport const y = x;\n`);
  }
  const { stdout } = await execa(join(ROOT, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
    cwd: project,
    reject: false,
  });
  const { diagnostics }: { diagnostics: { filename: string; code: string }[] } = JSON.parse(stdout);
  return diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename);
}

test('every import across a border of the layers is found', async () => {
  const found = await lint(FORBIDDEN);
  expect(found.toSorted()).toEqual(FORBIDDEN.map(([file]) => file).toSorted());
});

test('imports in the direction of the layers are not', async () => {
  expect(await lint(ALLOWED)).toEqual([]);
});
