import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/**
 * Checks that an output folder can be created and written, by doing both and undoing them: permissions do not show that for root, or on a
 * read-only or full file system. Afterwards everything is as before.
 * @param folder absolute
 * @returns the problem `output-folder` with the reason of the system
 */
export async function checkOutputFolder(folder: string): Promise<Result<void, Problem>> {
  const made: string[] = [];
  try {
    await makeMissing(folder, made);
    await tryToWrite(folder);
    return ok(undefined);
  } catch (error) {
    return err(unusable(folder, error));
  } finally {
    await removeFolders(made);
  }
}

/**
 * Creates an output folder and the folders above it.
 * @returns the problem `output-folder` with the reason of the system
 */
export async function makeOutputFolder(folder: string): Promise<Result<void, Problem>> {
  try {
    await makeMissing(folder, []);
    return ok(undefined);
  } catch (error) {
    return err(unusable(folder, error));
  }
}

/**
 * Creates the missing folders from the top down and records them. The `recursive` option of `mkdir` never returns where the parent exists
 * and yet the system refuses with "no such file", as in /proc.
 */
async function makeMissing(folder: string, made: string[]): Promise<void> {
  const missing: string[] = [];
  for (let current = folder; !(await isFolder(current)); current = dirname(current)) {
    missing.unshift(current);
    if (dirname(current) === current) break;
  }
  for (const next of missing) if (await makeFolder(next)) made.push(next);
}

/** Returns false when another process has created the folder meanwhile. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (await isFolder(folder)) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function tryToWrite(folder: string): Promise<void> {
  const probe = join(folder, `.drover-${process.pid}-${Date.now()}.tmp`);
  try {
    await writeFile(probe, '\n', { flag: 'wx' });
  } finally {
    await rm(probe, { force: true });
  }
}

/** Removes the created folders, the deepest first; a folder in use stays. */
async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

function unusable(folder: string, error: unknown): Problem {
  const reason = messageOf(error);
  return problem(
    'output-folder',
    `The output folder ${folder} cannot be written: ${reason}.`,
    'Choose another folder with --output, or make this one writable.',
  );
}
