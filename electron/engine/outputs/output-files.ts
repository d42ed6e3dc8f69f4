import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { markOf, NO_MARK, type OutputStamp } from '../../../shared/run/output-stamp.ts';
import { makeFolders } from '../files/make-folders.ts';

/** What an output is now: its bytes, or the entries of a folder; null when it is not there or may not be looked at. */
export function stampOf(path: string): OutputStamp | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : stampFrom(path, stats);
  } catch {
    // A folder that may not be entered: what cannot be seen is not there for whoever needs it.
    return null;
  }
}

function stampFrom(path: string, stats: Stats): OutputStamp | null {
  try {
    return { size: stats.isDirectory() ? readdirSync(path).length : stats.size, mtime_ms: stats.mtimeMs };
  } catch {
    return null;
  }
}

/**
 * Whether an output is what it was when it was made, by its size and time.
 * @param mark what was noted then
 * @returns null where nothing was noted, or nothing is there
 */
export function isAsMade(path: string, mark: number): boolean | null {
  const stamp = mark === NO_MARK ? null : stampOf(path);
  return stamp === null ? null : markOf(stamp) === mark;
}

/** What the outputs of an item are now, or the first that is not there or empty. */
export function stampOutputs(outputs: readonly string[]): Result<OutputStamp[], string> {
  const stamps: OutputStamp[] = [];
  for (const path of outputs) {
    const stats = statSync(path, { throwIfNoEntry: false });
    const stamp = stats === undefined || isEmptyFile(stats) ? null : stampFrom(path, stats);
    if (stamp === null) return err(path);
    stamps.push(stamp);
  }
  return ok(stamps);
}

/** The first declared output that is not there or empty; null when all are well. */
export function findMissingOutput(outputs: readonly string[]): string | null {
  return outputs.find((path) => !isFilled(path)) ?? null;
}

function isFilled(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !isEmptyFile(stats);
}

function isEmptyFile(stats: Stats): boolean {
  return !stats.isDirectory() && stats.size === 0;
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
      return [messageOf(error)];
    }
  });
}

/**
 * Puts what a failed attempt left in the place of its outputs aside, under a name that says so: it never counts, and is not lost.
 * @returns the new names
 */
export function setAsideOutputs(outputs: readonly string[], attempt: number): string[] {
  return outputs.flatMap((path) => {
    const aside = nameBeside(path, `.attempt-${attempt}.failed`);
    try {
      renameSync(path, aside);
      return [aside];
    } catch {
      return [];
    }
  });
}

/**
 * Clears the place of outputs that no attempt of the run has written yet: what stood there when it was looked at may be replaced, what
 * came later is somebody else's and is kept under a name that says so.
 * @param seen when it was looked at, milliseconds since 1970
 * @param unclaimed files that nobody is known to have made: they are kept, however old they are
 * @returns the new names of what was kept
 */
export function clearOutputs(outputs: readonly string[], seen: number, unclaimed: ReadonlySet<string>): string[] {
  return outputs.flatMap((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    if (stats.ctimeMs <= seen && !unclaimed.has(path)) {
      rmSync(path, { recursive: true, force: true });
      return [];
    }
    const kept = nameBeside(path, `.found-${Date.now()}`);
    renameSync(path, kept);
    return [kept];
  });
}

/** File systems take names of so many bytes. */
const NAME_BYTES = 255;
/** Characters of a digest that stand for what a long name loses. */
const DIGEST_CHARACTERS = 16;

/** A name beside a file: its own with something added. Where that is longer than names may be, a digest stands for its end. */
function nameBeside(path: string, added: string): string {
  const name = basename(path);
  if (Buffer.byteLength(name) + Buffer.byteLength(added) <= NAME_BYTES) return `${path}${added}`;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS);
  const room = NAME_BYTES - Buffer.byteLength(added) - DIGEST_CHARACTERS - 1;
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(character) > room) break;
    kept += character;
  }
  return join(dirname(path), `${kept}~${digest}${added}`);
}

/** Removes what an attempt that was cut off left in the place of its outputs; the next attempt makes them anew. */
export function removeOutputs(outputs: readonly string[]): void {
  for (const path of outputs) rmSync(path, { recursive: true, force: true });
}
