import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { markOf, NO_MARK, type OutputStamp } from '../../../shared/run/output-stamp.ts';
import { makeFolders } from '../files/make-folders.ts';

/** Returns the present state of an output: its bytes, or the number of entries of a folder; null when it does not exist or cannot be read. */
export function stampOf(path: string): OutputStamp | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : stampFrom(path, stats);
  } catch {
    // A folder that may not be entered: its content counts as missing.
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
 * Whether an output is unchanged since it was made, by its size and time.
 * @param mark the mark recorded then
 * @returns null when none was recorded, or when the output does not exist
 */
export function isAsMade(path: string, mark: number): boolean | null {
  const stamp = mark === NO_MARK ? null : stampOf(path);
  return stamp === null ? null : markOf(stamp) === mark;
}

/** Returns the present states of an item's outputs, or the first output that is missing or empty. */
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

/** Returns the first declared output that is missing or empty; null when there is none. */
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
 * Creates the folders for the outputs of an item.
 * @returns the messages of the system about those that could not be created
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
 * Renames the outputs of a failed attempt to names that identify them: they never count, and are not lost.
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
 * Clears the places of outputs that no attempt of the run has written yet. Files that existed when they were checked may be replaced. Files
 * that came later belong to someone else and are renamed.
 * @param seen the time of the check, milliseconds since 1970
 * @param unclaimed files of unknown origin: they are kept, whatever their age
 * @returns the new names of the kept files
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

/** The longest file name in bytes. */
const NAME_BYTES = 255;
/** The number of digest characters that replace the end of a long name. */
const DIGEST_CHARACTERS = 16;

/** Returns a name beside a file: its own name with an addition. When that is too long, a digest replaces the end of the name. */
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

/** Removes the outputs of an interrupted attempt; the next attempt makes them again. */
export function removeOutputs(outputs: readonly string[]): void {
  for (const path of outputs) rmSync(path, { recursive: true, force: true });
}
