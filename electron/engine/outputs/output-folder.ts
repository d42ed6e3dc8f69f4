import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/**
 * Whether an output folder can be made and written, by doing it and undoing it: permissions alone say nothing to root, on a
 * read-only or on a full file system. Afterwards everything is as it was.
 * @param folder absolute
 * @returns the problem `output-folder` with the system's reason
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
 * Makes an output folder and the folders above it.
 * @returns the problem `output-folder` with the system's reason
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
 * Makes what is missing from the top down and notes it. The `recursive` option of `mkdir` never returns where a parent is there
 * and yet refuses with "no such file", as /proc does.
 */
async function makeMissing(folder: string, made: string[]): Promise<void> {
  const missing: string[] = [];
  for (let current = folder; !(await isFolder(current)); current = dirname(current)) {
    missing.unshift(current);
    if (dirname(current) === current) break;
  }
  for (const next of missing) if (await makeFolder(next)) made.push(next);
}

/** False when somebody else has made it meanwhile. */
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

/** Removes the folders that were made, from the deepest up; one that somebody uses by now stays. */
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
