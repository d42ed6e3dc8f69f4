import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are not there. It stands in for `mkdir` with `recursive`, which tries for ever where a folder
 * says that it is not there although it is (a mount whose folder was deleted, /proc), and tells a read-only disk as "no such file".
 * @param mode of every folder that is made; what is there keeps its own
 * @throws the system's error about the folder that could not be made
 */
export function makeFolders(path: string, mode?: number): void {
  const error = tryMake(path, mode);
  if (error === null) return;
  const parent = dirname(path);
  if (error.code !== 'ENOENT' || parent === path) throw error;
  makeFolders(parent, mode);
  const again = tryMake(path, mode);
  if (again !== null) throw again;
}

/** null when the folder is there now. */
function tryMake(path: string, mode: number | undefined): NodeJS.ErrnoException | null {
  try {
    mkdirSync(path, mode);
    return null;
  } catch (error) {
    // Systems differ in what they say of a folder that is there and could not be made anyway: read-only, not allowed, or that it exists.
    if (isFolder(path)) return null;
    return error as NodeJS.ErrnoException;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
