import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** Everything that a build is made from. */
const SOURCES = ['electron', 'renderer', 'shared', 'resources', 'package.json', 'package-lock.json', 'tsconfig.json'];
const BUILD = 'out';
/** Remembers from what the build was made, and what it looked like then. */
const MARK = join(ROOT, 'node_modules/.cache/drover/build.sha256');

/**
 * Builds Drover, unless what is in out/ was built here, from the sources exactly as they are now, and nobody has touched it since.
 * @throws when it cannot be built, with what the build has printed
 */
export function buildIfChanged(): void {
  const before = fingerprint();
  if (before !== null && before === markOrNull()) return;
  const { status, stdout, stderr, error } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Drover could not be built: ${error?.message ?? stdout + stderr}`);
  const after = fingerprint();
  if (after === null) throw new Error(`npm run build has made nothing in ${join(ROOT, BUILD)}`);
  writeMark(after);
}

/** @returns null when there is no build */
function fingerprint(): string | null {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesIn)) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  const built = filesIn(BUILD);
  for (const file of built) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file}\0${size} ${mtimeMs}\0`);
  }
  return built.length === 0 ? null : hash.digest('hex');
}

/** All files at or below a path of the project, in order. */
function filesIn(path: string): string[] {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .toSorted();
}

function markOrNull(): string | null {
  try {
    return readFileSync(MARK, 'utf8');
  } catch {
    return null;
  }
}

/** By a new file, as the folder of packages may be shared by hard links. */
function writeMark(mark: string): void {
  mkdirSync(dirname(MARK), { recursive: true });
  writeFileSync(`${MARK}.new`, mark);
  renameSync(`${MARK}.new`, MARK);
}
