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

/** Logs hold what workers printed: only the owner reads them. */
const PRIVATE_MODE = 0o700;

/** Whether a run's logs are in its archive alone. */
export function arePacked(directory: string): boolean {
  return readArchiveState(directory)?.packed === true;
}

/**
 * Makes the archive, which is read back and compared on the way, and removes the logs that are in it. Of a run whose logs are packed
 * already the archive that is there is given. To be called by who holds the run.
 * @throws the file system's error; the logs then still stand
 */
export async function packLogs(directory: string, now: Date): Promise<ArchiveResult> {
  const before = readArchiveState(directory);
  if (before?.packed === true) return { path: archiveFile(directory), size: before.size, sha256: before.sha256 };
  const made = await makeArchive(directory, now);
  const state = readArchiveState(directory);
  if (state === null) throw new Error(`${directory} has no archive.json though it was just written`);
  // Written first: a crash in between leaves logs that are in the archive too, which unpacking writes again.
  writeArchiveState(directory, { ...state, packed: true });
  rmSync(logsFolder(directory), { recursive: true, force: true });
  return made;
}

/**
 * Takes the logs out of the archive again, after a look whether it is whole. Nothing is done where they are not packed. To be called by who
 * holds the run. They are unpacked beside and put in place when all have come: what stands there is never half of them.
 * @returns a Problem where the archive is damaged, or the disk refuses; archive and logs then stand as they stood
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
    // The archive is made anew from these later: they have to outlast a power cut before they are the only ones.
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
 * Moves logs from one folder into another. One that stands there and is no smaller stays: it is the same, as of a run whose packing was cut off, or
 * it has grown since.
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

/** What to say when unpacking failed: by the archive, or by where it was to be unpacked. */
export function cannotUnpack(directory: string, into: string, error: unknown): Problem {
  const said = messageOf(error);
  // The system's refusals have a call; what is wrong with an archive has none.
  if (!(error instanceof Error && 'syscall' in error)) return damagedArchive(directory, said);
  return problem(
    'data-folder',
    `The logs in ${archiveFile(directory)} cannot be unpacked into ${into}: ${said}.`,
    'Free space there, or give yourself the right to write there.',
  );
}

/** What to say when the logs cannot be had from an archive. */
export function damagedArchive(directory: string, detail: string): Problem {
  return problem(
    'run-damaged',
    `The logs cannot be unpacked from ${archiveFile(directory)}: ${detail}.`,
    'Restore the archive from a copy; its SHA-256 stands in archive.json and at the end of the summary.',
  );
}
