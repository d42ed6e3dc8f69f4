import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The mode of a folder that only this user may enter. */
export const PRIVATE_FOLDER = 0o700;
/** The mode of a file that only this user may read. */
export const PRIVATE_FILE = 0o600;

/** The mode bits of what others may do. */
const OTHERS = 0o077;

/** The names of everything that Drover keeps in its data folder. It names people's files, or holds what their programs printed. */
export const OWN_NAMES: readonly string[] = [
  'cache',
  'drover.log',
  'electron',
  'fifos',
  'launch-draft.json',
  'leases',
  'pipelines',
  'queue',
  'runs',
  'runtime',
  'settings.json',
  'speeds.json',
];

/**
 * Makes a folder and those above it that do not exist. It replaces `mkdir` with `recursive`, which never ends where a folder is reported as missing
 * although it exists (a mount whose folder was deleted, /proc). That one also reports a read-only disk as "no such file".
 * @param mode of every folder that is made; an existing folder keeps its own
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

/** Returns null when the folder exists now. */
function tryMake(path: string, mode: number | undefined): NodeJS.ErrnoException | null {
  try {
    mkdirSync(path, mode);
    return null;
  } catch (error) {
    // Systems differ in their error for an existing folder that could not be made anyway: read-only, not allowed, or that it exists.
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

/**
 * Removes the rights of others on Drover's files in a data folder, whoever made the folder and with whatever mask. The folder itself stays as it is:
 * it may hold other things as well, and may be shared on purpose.
 */
export function closeToOthers(home: string): void {
  for (const name of OWN_NAMES) closePath(join(home, name));
}

/** Makes a file that only this user may read, before code of others opens it. An existing file is closed to others. */
export function ensurePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE));
  closePath(path);
}

function closePath(path: string): void {
  try {
    const stats = lstatSync(path);
    const { mode } = stats;
    // A person has chosen where a link leads. What is made there is private by itself.
    if (!stats.isSymbolicLink() && (mode & OTHERS) !== 0) chmodSync(path, mode & 0o7777 & ~OTHERS);
  } catch {
    // It does not exist, or belongs to another user: then what is made in it is private by itself.
  }
}
