import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { controlFolder } from '../runs/run-directory.ts';

/** A file of some hundred bytes that was begun so long ago is not being written any more, whatever disk it is on. */
const DRAFT_AGE_MS = 60_000;

/** The names that `temporaryName` gives, with the file that is written. */
const DRAFT = /^\.(.+)\.\d+-[0-9a-z]+\.tmp$/;

/** What an owner alone writes into the folder of control: its claim of the output folder. */
const OUTPUT_CLAIM = 'output.claim';

/** Folders into which logs are unpacked before they are put in place. */
const UNPACKING = /^\.unpacking-/;

/**
 * Removes what processes that died while they wrote left in a run's folder. Called by its owner: all but the files by which a run is taken and
 * asked is written by owners alone, so it is nobody's any more. Those others write in a moment, from anywhere: their age tells.
 */
export function removeDrafts(directory: string): void {
  for (const name of namesIn(directory)) {
    const target = DRAFT.exec(name)?.[1];
    const isLeft = target === undefined ? UNPACKING.test(name) : target !== 'owner.json';
    if (isLeft) remove(join(directory, name));
    else if (target !== undefined) removeOld(join(directory, name));
  }
  const control = controlFolder(directory);
  for (const name of namesIn(control)) {
    const target = DRAFT.exec(name)?.[1];
    if (target === OUTPUT_CLAIM) remove(join(control, name));
    else if (target !== undefined) removeOld(join(control, name));
  }
}

function removeOld(path: string): void {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  if (Date.now() - written > DRAFT_AGE_MS) remove(path);
}

/** What cannot be removed is in nobody's way. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Somebody has it open (Windows), or may not be written to; the next owner tries again.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
