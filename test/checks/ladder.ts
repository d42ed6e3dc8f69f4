import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * The folders of `electron/engine`, from the ground up. A folder may import those that stand above it in this list, which are below it on the
 * ladder, and nothing else of the engine; an import of types alone counts as well. `engine.ts` stands on top, and nobody imports it.
 * docs/architecture.md says what each of them is and which file to open first.
 */
export const LADDER: readonly string[] = [
  'files',
  'processes',
  'leases',
  'run-directory',
  'devices',
  'disk',
  'logs',
  'failures',
  'pipelines',
  'settings',
  'inputs',
  'outputs',
  'cost',
  'assignment',
  'observe',
  'hosts',
  'steps',
  'records',
  'launch',
  'runs',
  'run-list',
  'query',
  'doctor',
  'api',
];

/** What stands in no folder: the engine itself. */
const TOP = LADDER.length;
const ENGINE = join('electron', 'engine');
const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g;

/**
 * The engine's imports that do not lead down the ladder, each as `file imports file`, and folders that have no rung.
 * @param root of the project
 */
export function importsUpTheLadder(root: string): string[] {
  const engine = join(root, ENGINE);
  const files = readdirSync(engine, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return files.toSorted().flatMap((file) => {
    const rung = rungOf(file);
    if (rung === null) return [`${shown(file)} stands on no rung`];
    return importedBy(engine, file)
      .filter((imported) => !mayImport(file, rung, imported))
      .map((imported) => `${shown(file)} imports ${shown(imported)}`);
  });
}

function mayImport(file: string, rung: number, imported: string): boolean {
  if (folderOf(file) === folderOf(imported)) return true;
  const other = rungOf(imported);
  return other !== null && other < rung;
}

/** The engine's files that a file names in its imports, as paths below the engine. */
function importedBy(engine: string, file: string): string[] {
  const text = readFileSync(join(engine, file), 'utf8');
  return [...text.matchAll(IMPORTED)]
    .map(([, path = '']) => relative(engine, join(engine, dirname(file), path)))
    .filter((path) => !path.startsWith('..'));
}

function folderOf(file: string): string {
  const [folder = '', ...rest] = file.split(sep);
  return rest.length === 0 ? '' : folder;
}

/** Counted from the ground; null for a folder that is not on the ladder. */
function rungOf(file: string): number | null {
  const folder = folderOf(file);
  if (folder === '') return TOP;
  const rung = LADDER.indexOf(folder);
  return rung < 0 ? null : rung;
}

function shown(file: string): string {
  return file.replaceAll(sep, '/');
}
