import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Where a folder really lies, whether or not it is there yet: the folders above it, itself first, by the numbers that the file system
 * knows them by. Links, mounts and the case of letters make other paths of one folder, and no other numbers.
 */
export interface FolderPlace {
  /** Of the deepest folder that is there, then of those above it. */
  readonly there: readonly string[];
  /** The names below it that are yet to be made, the uppermost first. */
  readonly missing: readonly string[];
}

/** @param folder absolute */
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

/** Whether one of two folders is the other or lies in it. */
export function overlap(a: FolderPlace, b: FolderPlace): boolean {
  return liesIn(a, b) || liesIn(b, a);
}

/** Whether a folder is another one or lies in it. */
export function liesIn(inner: FolderPlace, outer: FolderPlace): boolean {
  const [top] = outer.there;
  if (top === undefined) return false;
  if (outer.missing.length === 0) return inner.there.includes(top);
  // What is not there yet has no number: it is known by its name below the same folder.
  return inner.there[0] === top && outer.missing.every((name, index) => isSameName(name, inner.missing[index]));
}

/** Which file systems tell cases apart is not known before the folder is there: what may be one folder counts as one. */
function isSameName(a: string, b: string | undefined): boolean {
  return b !== undefined && foldedName(a) === foldedName(b);
}

/** Upper and lower case and the ways to compose a letter are one to some file systems. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The number of a folder, unique on this machine; null when it is not there or may not be looked at. */
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
