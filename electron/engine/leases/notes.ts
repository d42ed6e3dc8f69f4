import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { RUN_ID_PATTERN } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { Environment } from '../files/data-home.ts';
import { temporaryName } from '../files/write-file-atomic.ts';
import { ownIdentity, type ProcessTable, sightingOf } from '../processes/process-table.ts';
import { keptRuns, ownUser, userName, userOf } from '../processes/process-users.ts';
import { isShared, leaseFolders, prepareFolder } from './lease-folders.ts';

/** All users read it. */
const NOTE_MODE = 0o644;

/** No note of ours is longer. A longer file is a stranger's (bytes). */
const LONGEST_NOTE = 16 * 1024;

/** No machine has as many runs and devices. More files than this are a stranger's (number). */
const MOST_NOTES = 4_096;

/** The note of a process that cannot be seen from here is believed while it is younger than this; its owner renews it twice as often (milliseconds). */
const UNSEEN_FRESH_MS = 60_000;

/** What each note says of the process that wrote it. */
const writerSchema = z.object({
  run: z.string().regex(RUN_ID_PATTERN),
  pipeline: z.string().max(200),
  pid: z.number().int().positive(),
  start_time: z.number(),
  boot_id: z.string().max(100),
  pid_namespace: z.string().max(100).nullable(),
  host: z.string().max(300),
});
type Writer = z.infer<typeof writerSchema>;

/** A note that was found and whose writer lives. */
export interface FoundNote<Body> {
  /** The user who wrote it, as the file system says; null on systems without users. */
  uid: number | null;
  /** The user's name; null for oneself. */
  user: string | null;
  writer: Writer;
  body: Body;
}

/** Where notes are, and who reads and writes them. */
export interface NotePlace {
  home: string;
  env: Environment;
  table: ProcessTable;
}

/**
 * Small files through which the Drovers of a machine know of each other, also those of different users. A note is a hint and never more: it counts
 * only while the process that it names lives and belongs to the user who owns the file. A link, a device, a file that is too long or has another form
 * is no note.
 */
export class Notes<Body> {
  private readonly place: NotePlace;
  private readonly kind: string;
  private readonly schema: z.ZodType<Body>;

  /** @param kind the beginning of the names of these files */
  constructor(place: NotePlace, kind: string, schema: z.ZodType<Body>) {
    this.place = place;
    this.kind = kind;
    this.schema = schema;
  }

  /**
   * Writes a note, or replaces it. It is not synced to the disk: after a power cut nobody who wrote one lives.
   * @param about what the name says beside the run
   * @returns the path, or why no folder takes it
   */
  write(of: { run: string; pipeline: string }, about: string, body: Body): { path: string } | { error: string } {
    const refusals: string[] = [];
    const writer: Writer = { ...of, ...identity(this.place.table), host: hostname() };
    for (const folder of this.folders()) {
      const refusal =
        prepareFolder(folder, this.place.home) ?? tryWrite(this.pathIn(folder, of.run, about), { writer, body });
      if (refusal === null) return { path: this.pathIn(folder, of.run, about) };
      refusals.push(refusal);
    }
    return { error: refusals.join('; ') };
  }

  /** Removes a note of this process. */
  remove(run: string, about: string): void {
    for (const folder of this.folders()) tryRemove(this.pathIn(folder, run, about));
  }

  /** Returns all notes whose writer lives. Those that dead processes of this user left are removed. */
  read(): FoundNote<Body>[] {
    const kept = new Map<number, Set<string>>();
    return this.folders().flatMap((folder) =>
      namesIn(folder)
        .filter((name) => name.startsWith(`${this.kind}~`) && name.endsWith('.json'))
        .flatMap((name) => this.readOne(join(folder, name), name, kept) ?? []),
    );
  }

  /** The folders in which notes may be, the preferred first; some may be missing. */
  folders(): string[] {
    return leaseFolders(this.place.home, this.place.env);
  }

  /** Whether a note that stands there is read by other users. */
  isShared(path: string): boolean {
    return this.folders().some(
      (folder) => isShared(folder, this.place.home) && path.startsWith(join(folder, this.kind)),
    );
  }

  private pathIn(folder: string, run: string, about: string): string {
    return join(folder, `${this.kind}~${about}~${run}.json`);
  }

  private readOne(path: string, name: string, kept: Map<number, Set<string>>): FoundNote<Body> | null {
    const opened = readSafely(path);
    if (opened === null) return null;
    const { text, uid, modified } = opened;
    const parsed = parse(text, this.schema);
    // Only the run that a name says can be meant: a note under another name could not be removed by its run.
    if (parsed === null || !name.endsWith(`~${parsed.writer.run}.json`)) return null;
    const { writer, body } = parsed;
    // Without numbers of users, as on Windows, the folders are this user's own.
    const isOwn = ownUser() === null || uid === ownUser();
    if (!isBelieved(this.place.table, writer, { uid, modified, kept })) {
      if (isOwn) tryRemove(path);
      return null;
    }
    return { uid: ownUser() === null ? null : uid, user: isOwn ? null : userName(uid), writer, body };
  }
}

/** Whether the writer of a note lives, or something of its run goes on without it. */
function isBelieved(
  table: ProcessTable,
  writer: Writer,
  file: { uid: number; modified: number; kept: Map<number, Set<string>> },
): boolean {
  const seen = sightingOf(table, writer);
  const owner = userOf(writer.pid);
  if (seen === 'alive' && (owner === null || owner === file.uid)) return true;
  const isHidden = seen === 'unknown' || (writer.boot_id === table.bootId() && !existsSync('/proc/1/stat'));
  if (isHidden && process.platform === 'linux') return Date.now() - file.modified < UNSEEN_FRESH_MS;
  if (writer.boot_id !== table.bootId()) return false;
  const runs = file.kept.get(file.uid) ?? keptRuns(file.uid);
  file.kept.set(file.uid, runs);
  return runs.has(writer.run);
}

function identity(table: ProcessTable) {
  const { pid, start_time, boot_id, pid_namespace } = ownIdentity(table);
  return { pid, start_time, boot_id, pid_namespace: pid_namespace ?? null };
}

function tryWrite(path: string, content: unknown): string | null {
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, `${JSON.stringify(content)}\n`, { flag: 'wx', mode: NOTE_MODE });
    // A mask of the person's shell may have taken the right to read.
    chmodSync(temporary, NOTE_MODE);
    renameSync(temporary, path);
    return null;
  } catch (error) {
    tryRemove(temporary);
    return messageOf(error);
  }
}

function tryRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another user's file in the way: the folder's owner or time removes it.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MOST_NOTES);
  } catch {
    return [];
  }
}

/** Opens without following a link and without waiting for the other end of a pipe, and looks at what was opened and not at its name. */
function readSafely(path: string): { text: string; uid: number; modified: number } | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.nlink !== 1 || stats.size > LONGEST_NOTE) return null;
    return { text: readFileSync(file, 'utf8'), uid: stats.uid, modified: stats.mtimeMs };
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function parse<Body>(text: string, schema: z.ZodType<Body>): { writer: Writer; body: Body } | null {
  try {
    const found: unknown = JSON.parse(text);
    const checked = z.object({ writer: writerSchema, body: schema }).safeParse(found);
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}
