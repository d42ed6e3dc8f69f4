import { lstatSync, rmSync } from 'node:fs';
import { extract } from 'tar';
import { makeFolders } from '../files/make-folders.ts';
import { logsFolder } from '../run-directory/paths.ts';
import { type ArchiveMember, listArchiveMembers } from './archive-members.ts';

/** Logs hold what workers printed: only the owner reads them. */
const PRIVATE_MODE = 0o700;
const LOGS = 'logs/';

/** The logs among the members of an archive. */
export function logMembers(members: readonly ArchiveMember[]): ArchiveMember[] {
  return members.filter(({ path }) => path.startsWith(LOGS));
}

/**
 * Takes the logs out of an archive and looks whether all came. An archive that came from elsewhere may hold links, paths that lead out of the
 * folder, or more than it says: only regular files that are listed, of the size that is listed, are taken.
 * @param into a folder, which is made where it is missing
 * @param members what archive.json says is in it
 * @throws the file system's error, or what is wrong with the archive
 */
export async function extractLogs(archive: string, into: string, members: readonly ArchiveMember[]): Promise<void> {
  const wanted = logMembers(members);
  const sizes = new Map(wanted.map(({ path, size }) => [path, size]));
  const folder = logsFolder(into);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(folder);
  makeFolders(folder, PRIVATE_MODE);
  await extract({
    file: archive,
    cwd: into,
    strict: true,
    dmode: PRIVATE_MODE,
    filter: (path, entry) => 'type' in entry && entry.type === 'File' && sizes.get(path) === entry.size,
  });
  const found = new Map(listArchiveMembers(into).map(({ path, size }) => [path, size]));
  const lacking = wanted.find(({ path, size }) => found.get(path) !== size);
  if (lacking !== undefined) throw new Error(`${lacking.path} is missing in it, or is not what it was`);
}
