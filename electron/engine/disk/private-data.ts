import { chmodSync, closeSync, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Of a folder that only this user may enter. */
export const PRIVATE_FOLDER = 0o700;
/** Of a file that only this user may read. */
export const PRIVATE_FILE = 0o600;

/** What others may do with something. */
const OTHERS = 0o077;

/** Everything that Drover keeps in its data folder. It names people's files, or holds what their programs printed. */
export const OWN_NAMES: readonly string[] = [
  'cache',
  'drover.log',
  'electron',
  'fifos',
  'launch-draft.json',
  'pipelines',
  'runs',
  'runtime',
  'settings.json',
  'speeds.json',
];

/**
 * Takes from others what they may do with Drover's files in a data folder, whoever made the folder and with whatever mask. The folder itself
 * stays as it is: it may hold other things as well, and may be shared on purpose.
 */
export function closeToOthers(home: string): void {
  for (const name of OWN_NAMES) closePath(join(home, name));
}

/** Makes a file that only this user may read, before somebody else's code opens it; one that is there is closed to others. */
export function ensurePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE));
  closePath(path);
}

function closePath(path: string): void {
  try {
    const stats = lstatSync(path);
    const { mode } = stats;
    // Where a link leads to, somebody has chosen; what is made there is private by itself.
    if (!stats.isSymbolicLink() && (mode & OTHERS) !== 0) chmodSync(path, mode & 0o7777 & ~OTHERS);
  } catch {
    // Not there, or somebody else's: then what is made in it is private by itself.
  }
}
