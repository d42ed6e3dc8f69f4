import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { isAlive, ownIdentity, type ProcessTable } from '../processes/process-table.ts';
import { temporaryName } from '../records/write-file-atomic.ts';
import { controlFolder, ownerFile } from '../runs/run-directory.ts';
import { FOREIGN_OWNER_FRESH_MS, OWNER_TOUCH_MS, RELEASE_RETRY_MS } from './limits.ts';

/** Each lost race shows a newer owner; more rounds than this mean that a file is damaged. */
const TAKE_ATTEMPTS = 1_000;

/** Ownerships that this process has given up, by nonce: a full disk may not have taken that yet. */
const letGo = new Set<string>();

const ownerSchema = z.object({
  pid: z.number().int(),
  start_time: z.number(),
  boot_id: z.string(),
  host: z.string(),
  /** Tells two ownerships of one process apart. */
  nonce: z.string(),
  /** The owner has let go; the process may live on. */
  released: z.boolean(),
});
export type Owner = z.infer<typeof ownerSchema>;

/** The right to change a run, held by one process at a time. */
export interface Ownership {
  owner: Owner;
  /** Lets go of the run. */
  release(): void;
}

/**
 * Takes a run. `owner.json` is made with O_EXCL; later owners succeed each other by a file per predecessor, made with O_EXCL too and
 * never removed: only one process can ever follow a given owner, so two takers cannot both win, whatever their timing.
 */
export function takeOwnership(directory: string, table: ProcessTable): Result<Ownership, Problem> {
  try {
    return take(directory, table);
  } catch (error) {
    // A full or read-only disk, or a folder of somebody else.
    const message = error instanceof Error ? error.message : String(error);
    return err(
      problem(
        'data-folder',
        `The run cannot be taken: ${message}.`,
        'Make the run’s folder writable or free space, then try again.',
      ),
    );
  }
}

function take(directory: string, table: ProcessTable): Result<Ownership, Problem> {
  const owner: Owner = {
    ...ownIdentity(table),
    host: hostname(),
    nonce: randomBytes(6).toString('hex'),
    released: false,
  };
  for (let attempt = 0; attempt < TAKE_ATTEMPTS; attempt += 1) {
    const last = findLast(directory);
    if (last !== null && holds(last, directory, table)) return err(activeElsewhere(last.owner));
    const claimed = createExclusive(last === null ? ownerFile(directory) : successorFile(directory, last.owner), owner);
    if (!claimed) continue;
    if (last !== null) publish(directory, owner);
    return ok(hold(directory, owner));
  }
  return err(
    problem(
      'run-damaged',
      `${ownerFile(directory)} or the chain of owners in ${controlFolder(directory)} cannot be read.`,
      'If no Drover works on this run, remove owner.json and try again.',
    ),
  );
}

/** Whether a live process owns the run. */
export function isOwned(directory: string, table: ProcessTable): boolean {
  const last = findLast(directory);
  return last !== null && holds(last, directory, table);
}

/** The newest owner by the chain of successors; null when there was none. */
export function lastOwner(directory: string): Owner | null {
  return findLast(directory)?.owner ?? null;
}

/** An owner and the file that says so. */
interface Found {
  owner: Owner;
  path: string;
}

function findLast(directory: string): Found | null {
  let last = readFound(ownerFile(directory));
  for (let next = last; next !== null; next = readFound(successorFile(directory, next.owner))) last = next;
  return last;
}

function readFound(path: string): Found | null {
  const owner = readOwner(path);
  return owner === null ? null : { owner, path };
}

function holds({ owner, path }: Found, directory: string, table: ProcessTable): boolean {
  if (owner.released || letGo.has(owner.nonce) || readReleased(directory, owner)) return false;
  if (owner.host === hostname()) return isAlive(table, owner);
  // Who has just claimed the run may not have published itself yet: its claim is young then, and owner.json still the predecessor's.
  const touched = Math.max(touchedAt(ownerFile(directory)), touchedAt(path));
  return Date.now() - touched < FOREIGN_OWNER_FRESH_MS;
}

function hold(directory: string, owner: Owner): Ownership {
  const touch = setInterval(() => {
    try {
      utimesSync(ownerFile(directory), new Date(), new Date());
    } catch {
      // A run folder that vanished shows itself at the journal, with a message.
    }
  }, OWNER_TOUCH_MS);
  touch.unref();
  return {
    owner,
    release() {
      clearInterval(touch);
      letGo.add(owner.nonce);
      publishRelease(directory, { ...owner, released: true });
    },
  };
}

/**
 * Says in owner.json that the run is free. On a full disk this process knows it all the same, and says it when there is room; for others the
 * run is free then, or when this process has ended.
 */
function publishRelease(directory: string, owner: Owner): void {
  if (findLast(directory)?.owner.nonce !== owner.nonce) return;
  try {
    publish(directory, owner);
  } catch {
    setTimeout(() => publishRelease(directory, owner), RELEASE_RETRY_MS).unref();
  }
}

function publish(directory: string, owner: Owner): void {
  const draft = temporaryName(ownerFile(directory));
  try {
    writeFileSync(draft, `${JSON.stringify(owner)}\n`);
    renameSync(draft, ownerFile(directory));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** An owner found through a successor file may have let go since: owner.json, if it is about the same ownership, says so. */
function readReleased(directory: string, owner: Owner): boolean {
  const published = readOwner(ownerFile(directory));
  return published !== null && published.nonce === owner.nonce && published.released;
}

function successorFile(directory: string, owner: Owner): string {
  return join(controlFolder(directory), `after-${owner.pid}-${owner.start_time}-${owner.nonce}.owner`);
}

/** Makes a file with its content in one step, or not at all: a link fails when the name is taken, as O_EXCL does. */
function createExclusive(path: string, owner: Owner): boolean {
  makeFolder(dirname(path));
  const draft = temporaryName(path);
  try {
    writeFileSync(draft, `${JSON.stringify(owner)}\n`);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'ENOTSUP') throw error;
    return createWithoutLinks(path, owner);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Not recursive: on a read-only disk that would say that the folder is not there, and not why it cannot be made. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** File systems without hard links (exFAT): O_EXCL; a reader may see the file empty for a moment and looks again. */
function createWithoutLinks(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function readOwner(path: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function touchedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function activeElsewhere(owner: Owner): Problem {
  return problem(
    'run-active',
    `The run is active: process ${owner.pid} on ${owner.host} owns it.`,
    'Watch it with "drover watch", or stop it with "drover stop" first.',
  );
}
