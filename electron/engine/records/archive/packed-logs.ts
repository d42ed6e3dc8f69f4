import { randomUUID } from 'node:crypto';
import { lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveResult } from '../../../../shared/contract/records.ts';
import { messageOf } from '../../../../shared/message-of.ts';
import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { syncFile, syncFolder } from '../../files/write-file-atomic.ts';
import { archiveFile, logsFolder } from '../../run-directory/paths.ts';
import { makeArchive } from './archive.ts';
import { readArchiveState, writeArchiveState } from './archive-state.ts';
import { extractLogs, logMembers, verifyArchive } from './read-archive.ts';

/** Logs hold what workers printed: only the owner may read them. */
const PRIVATE_MODE = 0o700;

/** Returns whether a run's logs are only in its archive. */
export function arePacked(directory: string): boolean {
  return readArchiveState(directory)?.packed === true;
}

/**
 * Makes the archive, reads it back to compare it, and removes the logs that are in it. If the logs are already packed, returns the existing
 * archive. The caller has to hold the run.
 * @throws the file system's error; the logs then remain
 */
export async function packLogs(directory: string, now: Date): Promise<ArchiveResult> {
  const before = readArchiveState(directory);
  if (before?.packed === true) return { path: archiveFile(directory), size: before.size, sha256: before.sha256 };
  const made = await makeArchive(directory, now);
  const state = readArchiveState(directory);
  if (state === null) throw new Error(`${directory} has no archive.json though it was just written`);
  // Written first: after a crash in between, the logs are in the folder and in the archive. Unpacking handles that.
  writeArchiveState(directory, { ...state, packed: true });
  rmSync(logsFolder(directory), { recursive: true, force: true });
  return made;
}

/**
 * Takes the logs out of the archive again, after checking that it is complete. Does nothing if the logs are not packed. The caller has to
 * hold the run. The logs are unpacked into a separate folder, and moved when all of them are there: `logs/` never holds half of them.
 * @returns a Problem if the archive is damaged or the disk refuses; archive and logs then stay unchanged
 */
export async function unpackLogs(directory: string): Promise<Result<void, Problem>> {
  const state = readArchiveState(directory);
  if (state?.packed !== true) return ok(undefined);
  const verified = await verifyArchive(directory);
  if (!verified.ok) return verified;
  const damage = verified.value.differences.find(({ what }) => what !== 'stale' && what !== 'changed since');
  if (damage !== undefined) return err(damagedArchive(directory, damage.detail));
  const beside = join(directory, `.unpacking-${randomUUID()}`);
  try {
    await extractLogs(archiveFile(directory), beside, state.members);
    const paths = logMembers(state.members).map(({ path }) => path);
    // The archive is later made again from these files. They have to survive a power cut before they are the only copy.
    for (const path of paths) syncFile(join(beside, path));
    putInPlace(beside, directory, paths);
    writeArchiveState(directory, { ...state, packed: false });
    return ok(undefined);
  } catch (error) {
    return err(cannotUnpack(directory, directory, error));
  } finally {
    await rm(beside, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
  }
}

/**
 * Moves logs from one folder into another. An existing log that is not smaller stays: either it is the same (the packing was cut off), or it
 * has grown since.
 */
function putInPlace(from: string, to: string, paths: readonly string[]): void {
  const folder = logsFolder(to);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(folder);
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) renameSync(logsFolder(from), folder);
  else for (const path of paths) moveLarger(join(from, path), join(to, path));
  for (const folder of new Set(paths.map((path) => dirname(join(to, path))))) syncFolder(folder);
  syncFolder(to);
}

function moveLarger(from: string, to: string): void {
  const there = lstatSync(to, { throwIfNoEntry: false });
  if (there?.isFile() === true && there.size >= statSync(from).size) return;
  makeFolders(dirname(to), PRIVATE_MODE);
  renameSync(from, to);
}

/** Returns the problem of a failed unpacking: its cause is the archive, or the folder for the unpacked logs. */
export function cannotUnpack(directory: string, into: string, error: unknown): Problem {
  const reason = messageOf(error);
  // Errors of the system name a system call. Errors in an archive name none.
  if (!(error instanceof Error && 'syscall' in error)) return damagedArchive(directory, reason);
  return problem(
    'data-folder',
    `The logs in ${archiveFile(directory)} cannot be unpacked into ${into}: ${reason}.`,
    'Free space there, or give yourself the right to write there.',
  );
}

/** Returns the problem of an archive from which the logs cannot be unpacked. */
export function damagedArchive(directory: string, detail: string): Problem {
  return problem(
    'run-damaged',
    `The logs cannot be unpacked from ${archiveFile(directory)}: ${detail}.`,
    'Restore the archive from a copy; its SHA-256 stands in archive.json and at the end of the summary.',
  );
}
