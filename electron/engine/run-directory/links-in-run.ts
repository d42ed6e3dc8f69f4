import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { controlFolder, journalFile, logsFolder, metadataFile, ownerFile } from './paths.ts';

/**
 * Checks for symbolic links where a run is about to be written to. In a run folder that came from elsewhere they could lead to any file of the user
 * who continues the run. Outputs are not checked: people do keep them on another disk.
 * @returns the problem of the first one; null when there is none
 */
export function linkInRun(directory: string): Problem | null {
  const own = [journalFile(directory), metadataFile(directory)];
  const folders = [logsFolder(directory), join(directory, 'processes'), join(directory, 'manifests')];
  const link = own.find(isLink) ?? folders.map(firstLink).find((path) => path !== undefined);
  return link === undefined ? linkInOwnership(directory) : isALink(link);
}

/** Checks the files by which a run is taken in the same way. */
export function linkInOwnership(directory: string): Problem | null {
  const link = [ownerFile(directory), controlFolder(directory)].find(isLink);
  return link === undefined ? null : isALink(link);
}

function isALink(path: string): Problem {
  return problem(
    'run-damaged',
    `${path} is a symbolic link; Drover writes only to files of the run itself.`,
    'Replace the link by the file itself; the person who made the link knows where it is.',
  );
}

function firstLink(folder: string): string | undefined {
  if (isLink(folder)) return folder;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return path;
    const below = entry.isDirectory() ? firstLink(path) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
