import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PIPELINE_NAME_PATTERN, RUN_ID_PATTERN } from '../../../shared/ids.ts';

/** Where a run lies. */
export interface RunPlace {
  run: string;
  pipeline: string;
  directory: string;
}

/**
 * The directories of all runs, newest first (ids begin with the time of launch). Only real folders whose names are a
 * pipeline's name and a run id count: symbolic links are never followed, so nothing outside `runs` is ever reached.
 * A folder that does not exist or cannot be read holds no runs.
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

/** Where the run with this very id lies, without looking through all others; null when it is nowhere. */
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

/** Names of real folders in a folder that fit a pattern. */
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
