import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createFileOnce, writeFileAtomic } from '../files/write-file-atomic.ts';
import { isOfHere, ownIdentity, type ProcessTable, sightingOf } from '../processes/process-table.ts';
import { controlFolder, journalFile, ownerFile } from './paths.ts';

/** An owner on another host is not displaced while its file is younger than this: two missed touches. */
export const FOREIGN_OWNER_FRESH_MS = 60_000;

/** How often an owner touches owner.json. This shows other hosts and the launchers that it is alive. */
const OWNER_TOUCH_MS = 30_000;

/** How often an owner that has released a run tries to record that on a full disk. */
const RELEASE_RETRY_MS = 1_000;

/** A claim without content that is younger than this is still being written, on a file system without hard links; it takes milliseconds. */
const CLAIM_WRITTEN_MS = 500;

/** How often such a claim is checked. */
const CLAIM_POLL_MS = 10;

/** Each lost race shows a newer owner. More rounds than this mean that a file is damaged. */
const TAKE_ATTEMPTS = 1_000;

/** A file of some hundred bytes that was begun this long ago is no longer being written, whatever disk it is on. */
const DRAFT_AGE_MS = 60_000;

/** The names that `temporaryName` gives, with the file that is written. */
const DRAFT = /^\.(.+)\.\d+-[0-9a-z]+\.tmp$/;

/** What only an owner writes into the control folder: its claim of the output folder. */
const OUTPUT_CLAIM = 'output.claim';

/** Folders into which logs are unpacked before they are put in place. */
const UNPACKING = /^\.unpacking-/;

/** Ownerships that this process has released, by nonce: a full disk may not have recorded that yet. */
const releasedHere = new Set<string>();

const ownerSchema = z.object({
  pid: z.number().int(),
  start_time: z.number(),
  boot_id: z.string(),
  /** The namespace in which its pid identifies this process; missing in files of earlier versions. */
  pid_namespace: z.string().nullable().optional(),
  host: z.string(),
  /** Distinguishes two ownerships of one process. */
  nonce: z.string(),
  /** The owner has released the run; the process may live on. */
  released: z.boolean(),
  /** What it does to the run's files; missing for an owner that conducts the run. */
  task: z.string().optional(),
});
export type Owner = z.infer<typeof ownerSchema>;

/** What may be done to the files of a run that nobody conducts, as it is reported to others. */
export type OwnerTask = 'archiving' | 'unpacking' | 'cleaning' | 'deleting' | 'reconciling';

/** The right to change a run, held by one process at a time. */
export interface Ownership {
  owner: Owner;
  /** Releases the run. */
  release(): void;
}

/**
 * Takes a run. Every owner claims it by a file in `control/` that can only be made once: the first one `first.owner`, later ones a file per
 * predecessor, never removed. Only one process can ever follow a given owner, so two takers cannot both succeed, whatever their timing. `owner.json`
 * then gives the same owner to readers.
 * @param task what will be done to the run's files; without it the run will be conducted
 */
export function takeOwnership(directory: string, table: ProcessTable, task?: OwnerTask): Result<Ownership, Problem> {
  try {
    return take(directory, table, task);
  } catch (error) {
    return err(cannotTake(directory, error, task));
  }
}

/**
 * Takes a run as `takeOwnership` does, for work that makes room on a disk. If the disk is too full for a claim, others cannot claim the run either,
 * so it is held without a claim.
 */
export function takeOwnershipToFree(
  directory: string,
  table: ProcessTable,
  task: OwnerTask,
): Result<{ release(): void }, Problem> {
  try {
    return take(directory, table, task);
  } catch (error) {
    if (!NO_ROOM.includes(codeOf(error) ?? '')) return err(cannotTake(directory, error, task));
    const last = findLast(directory);
    if (last !== null && holds(last, directory, table)) return err(activeElsewhere(last.owner, table));
    return ok({ release: () => undefined });
  }
}

const NO_ROOM = ['ENOSPC', 'EDQUOT'];

function take(directory: string, table: ProcessTable, task: OwnerTask | undefined): Result<Ownership, Problem> {
  if (!table.showsOwnNumbers()) return err(foreignNumbers());
  const owner: Owner = {
    ...ownIdentity(table),
    host: hostname(),
    nonce: randomBytes(6).toString('hex'),
    released: false,
    ...(task === undefined ? {} : { task }),
  };
  makeFolder(controlFolder(directory));
  for (let attempt = 0; attempt < TAKE_ATTEMPTS; attempt += 1) {
    const last = findLast(directory);
    if (last !== null && holds(last, directory, table)) return err(activeElsewhere(last.owner, table));
    if (last?.owner === null && isBeingWritten(last.path)) {
      pause(CLAIM_POLL_MS);
      continue;
    }
    const claim = last === null ? firstFile(directory) : successorFile(directory, last);
    if (!createFileOnce(claim, text(owner))) continue;
    // If the claim had no content for so long that others took it for lost, they were quicker.
    if (existsSync(successorFile(directory, { owner: null, path: claim }))) continue;
    const before = [ownerFile(directory), journalFile(directory)].map(modifiedAt).find((time) => time !== undefined);
    try {
      writeFileAtomic(ownerFile(directory), text(owner));
    } catch (error) {
      releasedHere.add(owner.nonce);
      throw error;
    }
    return ok(hold(directory, owner, { claim, before }));
  }
  return err(
    problem(
      'run-damaged',
      `The chain of owners in ${controlFolder(directory)} cannot be followed.`,
      'If no Drover works on this run, remove owner.json and the files that end in .owner there, and try again.',
    ),
  );
}

function cannotTake(directory: string, error: unknown, task: OwnerTask | undefined): Problem {
  if (codeOf(error) === 'ENOENT' && !existsSync(directory)) {
    return problem(
      'unknown-run',
      `The run’s folder ${directory} is not there any more.`,
      'It was moved or deleted meanwhile; "drover runs" lists the runs that are there.',
    );
  }
  // A full or read-only disk, or a folder of another user.
  const message = messageOf(error);
  return problem(
    'data-folder',
    task === undefined
      ? `The run cannot be taken: ${message}.`
      : `The run's folder ${directory} cannot be written: ${message}.`,
    'Make the run’s folder writable or free space, then try again.',
  );
}

/** Returns whether a live process conducts the run. One that archives it, cleans it or the like does not: the state of the run stays the same. */
export function isOwned(directory: string, table: ProcessTable): boolean {
  const last = findLast(directory);
  return last !== null && last.owner?.task === undefined && holds(last, directory, table);
}

/** Returns the living owner that works on the files of the run without conducting it; null when there is none. */
export function fileWorkOf(directory: string, table: ProcessTable): Owner | null {
  const last = findLast(directory);
  return last !== null && last.owner?.task !== undefined && holds(last, directory, table) ? last.owner : null;
}

/** Returns the newest owner by the chain of successors; null when there was none, or its file cannot be read. */
export function lastOwner(directory: string): Owner | null {
  return findLast(directory)?.owner ?? null;
}

/** Returns the owner that owner.json names, which is where other programs look; null when there is none yet, or the file cannot be read. */
export function publishedOwner(directory: string): Owner | null {
  return readFound(ownerFile(directory))?.owner ?? null;
}

/** An owner and the file that names it; null for a file that cannot be read as one. */
type Found = { owner: Owner; path: string } | { owner: null; path: string };

function findLast(directory: string): Found | null {
  let last = findFirst(directory);
  for (let next = last; next !== null; next = readFound(successorFile(directory, next))) last = next;
  return last;
}

/**
 * Returns where the chain is entered: at the newest published owner, which saves reading the earlier ones. A file that is empty or cut off, as after
 * a power cut, names no owner. The chain is then followed from its beginning.
 */
function findFirst(directory: string): Found | null {
  const published = readFound(ownerFile(directory));
  if (published !== null && published.owner !== null) return published;
  return readFound(firstFile(directory)) ?? newestOfChain(directory);
}

/** Returns the end of a chain whose beginning is lost: earlier versions had it in owner.json alone. */
function newestOfChain(directory: string): Found | null {
  const claims = namesIn(controlFolder(directory))
    .filter((name) => name.endsWith('.owner'))
    .map((name) => readFound(join(controlFolder(directory), name)))
    .filter((found) => found !== null);
  const ends = claims.filter((found) => !existsSync(successorFile(directory, found)));
  return ends.toSorted((a, b) => touchedAt(b.path) - touchedAt(a.path))[0] ?? null;
}

function readFound(path: string): Found | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    // Where we are not allowed to read, any name would seem to exist, and the chain would never end.
    return existsSync(path) ? { owner: null, path } : null;
  }
  return { owner: parseOwner(content), path };
}

function parseOwner(content: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

/**
 * Returns whether an owner still has the run. An owner whose file cannot be read has no run: its content is lost, like everything else of that
 * moment.
 */
function holds(found: Found, directory: string, table: ProcessTable): found is Extract<Found, { owner: Owner }> {
  const { owner, path } = found;
  if (owner === null || owner.released || releasedHere.has(owner.nonce) || readReleased(directory, owner)) return false;
  const seen = owner.host === hostname() ? sightingOf(table, owner) : 'unknown';
  if (seen !== 'unknown') return seen === 'alive';
  // A process that has just claimed the run may not have published itself yet. Its claim is new then, and owner.json still names the predecessor.
  const touched = Math.max(touchedAt(ownerFile(directory)), touchedAt(path));
  return Date.now() - touched < FOREIGN_OWNER_FRESH_MS;
}

/** Returns whether a claim may still be without content: on file systems without hard links it has none for a moment. */
function isBeingWritten(path: string): boolean {
  return Math.abs(Date.now() - touchedAt(path)) < CLAIM_WRITTEN_MS;
}

/** Blocks the event loop: a process that takes a run has nothing else to do until it is taken. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** The file by which an owner claimed the run, and the time of the file that it replaced. */
interface Claim {
  claim: string;
  before: Date | undefined;
}

function hold(directory: string, owner: Owner, claimed: Claim): Ownership {
  const touch = setInterval(() => {
    try {
      utimesSync(ownerFile(directory), new Date(), new Date());
    } catch {
      // A run folder that vanished is noticed at the journal, with a message.
    }
  }, OWNER_TOUCH_MS);
  touch.unref();
  return {
    owner,
    release() {
      clearInterval(touch);
      releasedHere.add(owner.nonce);
      publishRelease(directory, { ...owner, released: true }, claimed);
    },
  };
}

/**
 * Records in owner.json that the run is free. On a full disk this process knows it all the same, and records it when there is room. For others the
 * run is free from then on, or when this process has ended. Work on the files of a run does not change its age, because the age decides what is
 * cleaned.
 */
function publishRelease(directory: string, owner: Owner, claimed: Claim): void {
  if (findLast(directory)?.owner?.nonce !== owner.nonce) return;
  const { claim, before } = claimed;
  const modified = owner.task === undefined ? undefined : before;
  try {
    if (modified !== undefined) utimesSync(claim, modified, modified);
    writeFileAtomic(ownerFile(directory), text(owner), modified);
  } catch {
    setTimeout(() => publishRelease(directory, owner, claimed), RELEASE_RETRY_MS).unref();
  }
}

function text(owner: Owner): string {
  return `${JSON.stringify(owner)}\n`;
}

/**
 * Returns whether the owner has released the run. An owner found through a claim may have done so since; owner.json shows it if it is about the same
 * ownership.
 */
function readReleased(directory: string, owner: Owner): boolean {
  const published = readFound(ownerFile(directory))?.owner;
  return published?.nonce === owner.nonce && published.released;
}

function firstFile(directory: string): string {
  return join(controlFolder(directory), 'first.owner');
}

/**
 * Returns the one file that only the successor of an owner can make. A claim that cannot be read is identified by its own name, which never changes.
 */
function successorFile(directory: string, { owner, path }: Found): string {
  const before =
    owner === null ? `lost-${basename(path, '.owner')}` : `${owner.pid}-${owner.start_time}-${owner.nonce}`;
  return join(controlFolder(directory), `after-${before}.owner`);
}

/** Not recursive: on a read-only disk `mkdir` would then report a missing folder, and not why it cannot be made. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function modifiedAt(path: string): Date | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtime;
}

function touchedAt(path: string): number {
  return modifiedAt(path)?.getTime() ?? 0;
}

/** Returns the problem of a /proc from elsewhere: recorded and signalled process numbers would mean other processes. */
function foreignNumbers(): Problem {
  return problem(
    'cannot-start',
    '/proc shows the processes of another PID namespace, so Drover cannot distinguish its workers from other processes.',
    'Give this namespace a /proc of its own, as with "unshare --pid --fork --mount-proc", or start Drover outside of it.',
  );
}

function activeElsewhere(owner: Owner, table: ProcessTable): Problem {
  if (owner.task !== undefined) {
    return problem(
      'run-active',
      `Process ${owner.pid} on ${owner.host} is ${owner.task} the run at present.`,
      'Try again when it has finished.',
    );
  }
  if (!isOfHere(table, owner) && owner.host === hostname()) {
    return problem(
      'run-active',
      `The run is active: process ${owner.pid} in another PID namespace of ${owner.host}, as in a container, owns it.`,
      'Stop it there. If it is gone, the run is free a minute after its last sign of life.',
    );
  }
  return problem(
    'run-active',
    `The run is active: process ${owner.pid} on ${owner.host} owns it.`,
    'Watch it with "drover watch", or stop it with "drover stop" first.',
  );
}

/**
 * Removes what processes that died during a write left in a run's folder. Called by its owner. Only owners write files there, so such leftovers
 * belong to nobody, except the files by which a run is taken and requests are made. Those are written by others, from anywhere, within a moment. They
 * are removed if their process is gone or if they are old.
 */
export function removeDrafts(directory: string, table: ProcessTable): void {
  for (const name of namesIn(directory)) {
    const target = DRAFT.exec(name)?.[1];
    const isLeft = target === undefined ? UNPACKING.test(name) : target !== 'owner.json';
    if (isLeft) remove(join(directory, name));
    else if (target !== undefined) removeLeft(join(directory, name), table);
  }
  const control = controlFolder(directory);
  for (const name of namesIn(control)) {
    const target = DRAFT.exec(name)?.[1];
    if (target === OUTPUT_CLAIM) remove(join(control, name));
    else if (target !== undefined) removeLeft(join(control, name), table);
  }
}

function removeLeft(path: string, table: ProcessTable): void {
  const owner = readFound(path)?.owner ?? null;
  const isOfTheDead = owner !== null && owner.host === hostname() && sightingOf(table, owner) === 'gone';
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  if (isOfTheDead || Date.now() - written > DRAFT_AGE_MS) remove(path);
}

/** Removes a file if possible. One that cannot be removed does no harm. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process has it open (Windows), or it may not be written to. The next owner tries again.
  }
}

/** Returns whether a living owner has the run in a directory. */
export type IsOwned = (directory: string) => boolean;
