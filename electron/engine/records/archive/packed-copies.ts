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

/** Logs hold what workers printed: only the owner reads them. */
const PRIVATE_MODE = 0o700;
/** A copy that nobody has looked at for so long is removed when the next one is made, or a Drover ends (ms). */
const UNUSED_MS = 60 * 60 * 1000;

/**
 * Copies of packed logs for whoever reads them: logs are read by ranges, followed and searched as files, which a compressed archive does not
 * allow. They lie in the data folder, are shared by all processes, and go when nobody has used them for an hour.
 */
export class PackedCopies {
  private readonly folder: string;
  private readonly making = new Map<string, Promise<Result<string, Problem>>>();

  /** @param home the data folder */
  constructor(home: string) {
    this.folder = join(home, 'cache', 'logs');
  }

  /** The folder in which `logs/` of a run stands: the run's own, or a copy where its logs are packed. */
  async folderOf(directory: string): Promise<Result<string, Problem>> {
    const state = readArchiveState(directory);
    if (state?.packed !== true) return ok(directory);
    const copy = join(this.folder, nameOf(directory, state));
    if (touch(copy)) {
      if (isWhole(copy, state)) return ok(copy);
      // Somebody or something has cut it: it is only a copy.
      await removeFolder(copy);
    }
    return this.makeOnce(directory, state, copy);
  }

  /** As `folderOf`, for a passing look: a copy that is made for it goes after it, as who looks at many runs would fill the disk with them. */
  async whileLookingAt<T>(directory: string, look: (folder: Result<string, Problem>) => Promise<T>): Promise<T> {
    const state = readArchiveState(directory);
    const copy = state?.packed === true ? join(this.folder, nameOf(directory, state)) : null;
    const isMade = copy !== null && !touch(copy);
    try {
      return await look(await this.folderOf(directory));
    } finally {
      if (isMade) await removeFolder(copy);
    }
  }

  /** Removes copies that nobody has used lately. */
  removeUnused(): void {
    const before = Date.now() - UNUSED_MS;
    for (const name of namesIn(this.folder)) {
      const path = join(this.folder, name);
      const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (used < before) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Whoever asks for a copy that is being made waits for that one. */
  private makeOnce(directory: string, state: ArchiveState, copy: string): Promise<Result<string, Problem>> {
    const making = this.making.get(copy) ?? this.make(directory, state, copy).finally(() => this.making.delete(copy));
    this.making.set(copy, making);
    return making;
  }

  private async make(directory: string, state: ArchiveState, copy: string): Promise<Result<string, Problem>> {
    const archive = archiveFile(directory);
    if (!existsSync(archive)) return err(damagedArchive(directory, 'it is not there'));
    this.removeUnused();
    const lack = await this.lackOfRoom(state, archive);
    if (lack !== null) return err(lack);
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

  private async lackOfRoom({ members }: ArchiveState, archive: string): Promise<Problem | null> {
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

/** What archive.json says may have come from elsewhere: it becomes no part of a path. */
function nameOf(directory: string, { sha256, size }: ArchiveState): string {
  return createHash('sha256').update(`${directory}\n${sha256}\n${size}`).digest('hex').slice(0, 32);
}

/** Where an archive was cut off, what was begun before is still being written. What cannot be removed now goes as unused later. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
}

/** Whether a copy has every log in the length that archive.json lists. */
function isWhole(copy: string, { members }: ArchiveState): boolean {
  return logMembers(members).every(
    ({ path, size }) => statSync(join(copy, path), { throwIfNoEntry: false })?.size === size,
  );
}

/** Says that a copy is in use. @returns whether it is there */
function touch(copy: string): boolean {
  try {
    const now = new Date();
    utimesSync(copy, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Another process may have been quicker with the same. */
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
