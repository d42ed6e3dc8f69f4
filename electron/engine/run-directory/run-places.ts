import { type Dirent, lstatSync, opendirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { UnreadableFolder } from '../../../shared/contract/runs.ts';
import { PIPELINE_NAME_PATTERN, RUN_ID_PATTERN } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';

/** Where a run is. */
export interface RunPlace {
  run: string;
  pipeline: string;
  directory: string;
}

/**
 * Returns the directories of all runs, newest first (ids begin with the time of launch). Only real folders count whose names are a pipeline's name
 * and a run id. Symbolic links are never followed, so nothing outside `runs` is ever reached. A folder that does not exist or cannot be read holds no
 * runs; `unreadableFolders` returns those that cannot be read.
 */
export function listRunPlaces(runs: string): RunPlace[] {
  return folders(runs, PIPELINE_NAME_PATTERN)
    .flatMap((pipeline) =>
      folders(join(runs, pipeline), RUN_ID_PATTERN).map((run) => ({
        run,
        pipeline,
        directory: join(runs, pipeline, run),
      })),
    )
    .sort((a, b) => (a.run < b.run ? 1 : a.run > b.run ? -1 : 0));
}

/**
 * Returns the folders of runs that exist and cannot be read: that of all runs, or those of pipelines. Their content is unknown, which is not the same
 * as nothing.
 */
export function unreadableFolders(runs: string): UnreadableFolder[] {
  const top = refusalOf(runs);
  if (top !== null) return [{ folder: runs, why: top }];
  return folders(runs, PIPELINE_NAME_PATTERN).flatMap((pipeline) => {
    const folder = join(runs, pipeline);
    const why = refusalOf(folder);
    return why === null ? [] : [{ folder, why }];
  });
}

/** Returns the system's error on reading a folder, in words; null where it can be read or does not exist. */
function refusalOf(folder: string): string | null {
  try {
    opendirSync(folder).closeSync();
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') return null;
    if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
    return messageOf(error);
  }
}

/** Returns one sentence about such folders, for people; null for none. */
export function unreadableProblem(unreadable: readonly UnreadableFolder[]): Problem | null {
  if (unreadable.length === 0) return null;
  const named = unreadable.map(({ folder, why }) => `${folder} (${why})`).join(', ');
  return problem(
    'data-folder',
    `Runs may be there that cannot be seen: ${named} cannot be read.`,
    'Ask the owner of the folder for the permission to read it, or set DROVER_HOME to a folder of your own.',
  );
}

/** Finds the run with this very id, without searching all others; null when it is nowhere. */
export function findRunPlace(runs: string, run: string): RunPlace | null {
  for (const pipeline of folders(runs, PIPELINE_NAME_PATTERN)) {
    const directory = join(runs, pipeline, run);
    if (isFolder(directory)) return { run, pipeline, directory };
  }
  return null;
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Returns the names of real folders in a folder that fit a pattern. */
export function folders(parent: string, pattern: RegExp): string[] {
  return entries(parent)
    .filter((entry) => entry.isDirectory() && pattern.test(entry.name))
    .map((entry) => entry.name);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
