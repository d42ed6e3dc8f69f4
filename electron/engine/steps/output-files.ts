import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../disk/make-folders.ts';

/** The first declared output that is not there or empty; null when all are well. */
export function findMissingOutput(outputs: readonly string[]): string | null {
  return outputs.find((path) => !isFilled(path)) ?? null;
}

function isFilled(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isDirectory() || stats.size > 0);
}

/**
 * Makes the folders that an item's outputs go to.
 * @returns the system's messages about those that could not be made
 */
export function makeOutputFolders(outputs: readonly string[]): string[] {
  return [...new Set(outputs.map((path) => dirname(path)))].flatMap((folder) => {
    try {
      makeFolders(folder);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

/**
 * Puts what a failed attempt left in the place of its outputs aside, under a name that says so: it never counts, and is not lost.
 * @returns the new names
 */
export function setAsideOutputs(outputs: readonly string[], attempt: number): string[] {
  return outputs.flatMap((path) => {
    const aside = `${path}.attempt-${attempt}.failed`;
    try {
      renameSync(path, aside);
      return [aside];
    } catch {
      return [];
    }
  });
}

/** Removes what an attempt that was cut off left in the place of its outputs; the next attempt makes them anew. */
export function removeOutputs(outputs: readonly string[]): void {
  for (const path of outputs) rmSync(path, { recursive: true, force: true });
}
