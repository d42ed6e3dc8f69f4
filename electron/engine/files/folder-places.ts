import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Where a folder really is, whether or not it exists yet: the file system's numbers of the folder and of those above it. Links, mounts and the case
 * of letters give one folder other paths, but no other numbers.
 */
export interface FolderPlace {
  /** The number of the deepest folder that exists, then of those above it. */
  readonly there: readonly string[];
  /** The names below it that are yet to be made, the uppermost first. */
  readonly missing: readonly string[];
}

/** Returns the place of a folder. @param folder absolute */
export function placeOf(folder: string): FolderPlace {
  const missing: string[] = [];
  let deepest = folder;
  for (; idOf(deepest) === null && dirname(deepest) !== deepest; deepest = dirname(deepest))
    missing.unshift(basename(deepest));
  const there: string[] = [];
  for (let current = realPath(deepest); ; current = dirname(current)) {
    const id = idOf(current);
    if (id !== null) there.push(id);
    if (dirname(current) === current) return { there, missing };
  }
}

/** Returns whether one of two folders is the other or lies in it. */
export function overlap(a: FolderPlace, b: FolderPlace): boolean {
  return liesIn(a, b) || liesIn(b, a);
}

/** Returns whether a folder is another one or lies in it. */
export function liesIn(inner: FolderPlace, outer: FolderPlace): boolean {
  const [top] = outer.there;
  if (top === undefined) return false;
  if (outer.missing.length === 0) return inner.there.includes(top);
  // A folder that does not exist yet has no number: it is identified by its name below the same folder.
  return inner.there[0] === top && outer.missing.every((name, index) => isSameName(name, inner.missing[index]));
}

/** Whether a file system distinguishes cases is unknown before the folder exists: what may be one folder counts as one. */
function isSameName(a: string, b: string | undefined): boolean {
  return b !== undefined && foldedName(a) === foldedName(b);
}

/**
 * Returns a name in the form that is equal for upper and lower case and for all ways to compose a letter: some file systems do not distinguish them.
 */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Returns the number of a folder, unique on this machine; null when it does not exist or may not be read. */
export function idOf(path: string): string | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
  } catch {
    return null;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
