import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bytes } from '../../../../shared/format.ts';
import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { freeSpace } from '../../disk/free-space.ts';
import { spaceMarks } from '../../disk/space-marks.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { syncTree } from '../../files/write-file-atomic.ts';
import { archiveFile } from '../../run-directory/paths.ts';
import { type ArchiveState, readArchiveState } from './archive-state.ts';
import { cannotUnpack, damagedArchive } from './packed-logs.ts';
import { extractLogs, logMembers } from './read-archive.ts';

/** Logs hold what workers printed: only the owner may read them. */
const PRIVATE_MODE = 0o700;
/** A copy that was not used for this long is removed when the next one is made, or when a Drover process ends (ms). */
const UNUSED_MS = 60 * 60 * 1000;

/**
 * Copies of packed logs for reading. Logs are read by ranges, followed and searched as files, and a compressed archive does not allow that.
 * The copies are in the data folder and shared by all processes. They are removed when they were not used for an hour.
 */
export class PackedCopies {
  private readonly folder: string;
  private readonly making = new Map<string, Promise<Result<string, Problem>>>();

  /** @param home the data folder */
  constructor(home: string) {
    this.folder = join(home, 'cache', 'logs');
  }

  /** Returns the folder that contains `logs/` of a run: the run's own folder, or a copy if its logs are packed. */
  async folderOf(directory: string): Promise<Result<string, Problem>> {
    const state = readArchiveState(directory);
    if (state?.packed !== true) return ok(directory);
    const copy = join(this.folder, nameOf(directory, state));
    if (touch(copy)) {
      if (isWhole(copy, state)) return ok(copy);
      // The copy was damaged from outside. It can be made again.
      await removeFolder(copy);
    }
    return this.makeOnce(directory, state, copy);
  }

  /** Calls `read` with the result of `folderOf`. A copy made for this call is removed after it, because reading many runs would fill the disk. */
  async withFolder<T>(directory: string, read: (folder: Result<string, Problem>) => Promise<T>): Promise<T> {
    const state = readArchiveState(directory);
    const copy = state?.packed === true ? join(this.folder, nameOf(directory, state)) : null;
    const isMade = copy !== null && !touch(copy);
    try {
      return await read(await this.folderOf(directory));
    } finally {
      if (isMade) await removeFolder(copy);
    }
  }

  /** Removes copies that were not used recently. */
  removeUnused(): void {
    const before = Date.now() - UNUSED_MS;
    for (const name of namesIn(this.folder)) {
      const path = join(this.folder, name);
      const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (used < before) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Makes a copy. Callers that ask for the same copy meanwhile wait for it. */
  private makeOnce(directory: string, state: ArchiveState, copy: string): Promise<Result<string, Problem>> {
    const making = this.making.get(copy) ?? this.make(directory, state, copy).finally(() => this.making.delete(copy));
    this.making.set(copy, making);
    return making;
  }

  private async make(directory: string, state: ArchiveState, copy: string): Promise<Result<string, Problem>> {
    const archive = archiveFile(directory);
    if (!existsSync(archive)) return err(damagedArchive(directory, 'it is not there'));
    this.removeUnused();
    const noSpace = await this.checkSpace(state, archive);
    if (noSpace !== null) return err(noSpace);
    const part = `${copy}.${randomUUID()}`;
    try {
      makeFolders(part, PRIVATE_MODE);
      await extractLogs(archive, part, state.members);
      syncTree(part);
      await putInPlace(part, copy);
      return ok(copy);
    } catch (error) {
      return err(cannotUnpack(directory, this.folder, error));
    } finally {
      await removeFolder(part);
    }
  }

  private async checkSpace({ members }: ArchiveState, archive: string): Promise<Problem | null> {
    const needed = logMembers(members).reduce((sum, { size }) => sum + size, 0);
    const space = await freeSpace(this.folder);
    if (space === null || needed < space.bytes.free - spaceMarks(space.bytes.size, null).high) return null;
    return problem(
      'data-folder',
      `The logs in ${archive} take ${bytes(needed)} when they are unpacked to be read; ${bytes(space.bytes.free)} are free on the disk of ${this.folder}.`,
      'Free space, for example with "drover clean", or read single logs with "tar -xzOf".',
    );
  }
}

/** Hashes the values of archive.json, because the file may have come from elsewhere: its values must not become part of a path. */
function nameOf(directory: string, { sha256, size }: ArchiveState): string {
  return createHash('sha256').update(`${directory}\n${sha256}\n${size}`).digest('hex').slice(0, 32);
}

/** Removes a folder. After a cut-off archive, files may still be written there. What cannot be removed now is removed as unused later. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
}

/** Returns whether a copy has every log with the size that archive.json lists. */
function isWhole(copy: string, { members }: ArchiveState): boolean {
  return logMembers(members).every(
    ({ path, size }) => statSync(join(copy, path), { throwIfNoEntry: false })?.size === size,
  );
}

/** Marks a copy as in use. @returns whether it exists */
function touch(copy: string): boolean {
  try {
    const now = new Date();
    utimesSync(copy, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Moves a copy to its place. Another process may have put the same copy there already. */
async function putInPlace(part: string, copy: string): Promise<void> {
  try {
    await rename(part, copy);
  } catch (error) {
    if (!existsSync(copy)) throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
