import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { importsUpTheLadder, LADDER } from '../../checks/ladder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('no folder of the engine imports one that stands above it', () => {
  expect(importsUpTheLadder(ROOT)).toEqual([]);
});

test('every rung of the ladder is a folder of the engine', () => {
  const folders = readdirSync(join(ROOT, 'electron/engine'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).toSorted()).toEqual(LADDER.toSorted());
});

test('the picture of the ladder in the documents is the ladder', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const rungs = [...page.matchAll(/^\| `([a-z-]+)\/` \|/gm)].map(([, folder]) => folder);
  expect(rungs.filter((folder) => folder !== undefined && LADDER.includes(folder))).toEqual(LADDER.toReversed());
});

/** A file of a made engine and what it says; the imports lead to files that need not be there. */
const PLANTED: readonly [what: string, file: string, text: string, found: readonly string[]][] = [
  ['a value from above', 'files/a.ts', `import { x } from '../runs/b.ts';`, ['files/a.ts imports runs/b.ts']],
  ['a type from above', 'files/a.ts', `import type { X } from '../runs/b.ts';`, ['files/a.ts imports runs/b.ts']],
  ['only when it runs', 'logs/scan/a.ts', `await import('../../api/b.ts');`, ['logs/scan/a.ts imports api/b.ts']],
  ['a type in place', 'steps/a.ts', `let x: import('../runs/b.ts').X;`, ['steps/a.ts imports runs/b.ts']],
  ['what is passed on', 'steps/a.ts', `export { x } from '../runs/b.ts';`, ['steps/a.ts imports runs/b.ts']],
  ['over several lines', 'disk/a.ts', `import {\n  x,\n} from\n  '../steps/b.ts';`, ['disk/a.ts imports steps/b.ts']],
  ['the engine itself', 'api/a.ts', `import { x } from '../engine.ts';`, ['api/a.ts imports engine.ts']],
  ['from a folder without a rung', 'attic/a.ts', '', ['attic/a.ts stands on no rung']],
  ['what has no rung', 'api/a.ts', `import { x } from '../attic/b.ts';`, ['api/a.ts imports attic/b.ts']],
  ['from below', 'runs/a.ts', `import { x } from '../files/b.ts';`, []],
  ['from its own folder', 'logs/scan/a.ts', `import { x } from '../search/b.ts';`, []],
  ['from outside of the engine', 'files/a.ts', `import { x } from '../../../shared/ids.ts';`, []],
  ['from the top', 'engine.ts', `import { x } from './api/b.ts';`, []],
];

test.each(PLANTED)('an import of %s is judged', (_, file, text, found) => {
  const root = temporaryFolder();
  const path = join(root, 'electron/engine', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
  expect(importsUpTheLadder(root)).toEqual(found);
});
