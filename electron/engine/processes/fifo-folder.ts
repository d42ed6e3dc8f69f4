import { accessSync, constants, lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { dataHome, type Environment } from '../files/data-home.ts';
import { makeFolders } from '../files/make-folders.ts';

/** Only the owner may enter: what is written into a FIFO is an instruction to a worker. */
const PRIVATE_MODE = 0o700;

/** Where Windows has its named pipes. No folder has to be made. A pipe accepts connections only from the user who made it. */
const PIPE_FOLDER = String.raw`\\.\pipe`;

/**
 * Returns the folder for the FIFOs of queue workers, made when it does not exist. It is `$XDG_RUNTIME_DIR/drover`, else one below the temporary
 * folder with this user's id in its name. FIFOs do not belong on a network file system, where a run folder may be. A folder is skipped that cannot be
 * made, belongs to another user or is open to others, because its maker could send items to our workers. Then a fresh one is made beside it, and at
 * last one in the data folder.
 * @throws when none can be made; the message names each and its problem
 */
export function fifoFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return PIPE_FOLDER;
  const refusals: string[] = [];
  const fresh = [() => ownFresh(env), () => makeFresh(env)];
  for (const find of [...standing(env).map((folder) => () => folder), ...fresh, () => last(env)]) {
    try {
      const folder = find();
      if (folder === null) continue;
      makeFolders(folder, PRIVATE_MODE);
      const refusal = refusalOf(folder);
      if (refusal === null) return folder;
      refusals.push(`${folder} ${refusal}`);
    } catch (error) {
      refusals.push(messageOf(error));
    }
  }
  throw new Error(
    `no private folder is available for the pipes of workers (${refusals.join('; ')}); set XDG_RUNTIME_DIR to a folder of yours`,
  );
}

/**
 * Removes the FIFOs of all starts of a rank: an engine that died may have left some. Called when none of its processes lives.
 * @param worker whose; null: of all workers of the run
 */
export function removeFifos(env: Environment, run: string, worker: { step: number; rank: number } | null): void {
  if (process.platform === 'win32') return;
  const prefix = worker === null ? `${run}.` : `${run}.${worker.step}.${worker.rank}.`;
  // In every folder where they may have been made: the usable folder may have changed since.
  for (const folder of [...standing(env), ...freshFolders(env), last(env)]) {
    try {
      if (refusalOf(folder) !== null) continue;
      for (const name of readdirSync(folder)) if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
    } catch {
      // It does not exist, or we may not read it.
    }
  }
}

/** Returns the path of the FIFO of one start. It is a new one each time: a used one would give the dead worker's item to the next worker. */
export function fifoPath(folder: string, run: string, step: number, rank: number, start: number): string {
  const name = `${run}.${step}.${rank}.${start}`;
  return folder === PIPE_FOLDER ? `${folder}\\drover-${name}` : join(folder, name);
}

/** Returns the folders that are the same for every engine of this user. */
function standing(env: Environment): string[] {
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const folders = [join(temporaryFolder(env), userFolder())];
  // A relative one is invalid. One of another user is left from their session, as after su.
  if (isAbsolute(runtime) && isOursOrMissing(runtime)) folders.unshift(join(runtime, 'drover'));
  return folders;
}

function temporaryFolder(env: Environment): string {
  const chosen = env['TMPDIR'];
  return chosen !== undefined && isAbsolute(chosen) ? chosen : tmpdir();
}

/** Returns this user's folder, named by number: in many containers the user has no name, but always a number. */
function userFolder(): string {
  return `drover-${process.getuid?.() ?? 0}`;
}

/** Returns a fresh folder that an earlier start has made. */
function ownFresh(env: Environment): string | null {
  return freshFolders(env).find((folder) => refusalOf(folder) === null) ?? null;
}

function makeFresh(env: Environment): string {
  return mkdtempSync(join(temporaryFolder(env), `${userFolder()}-`));
}

function freshFolders(env: Environment): string[] {
  const temporary = temporaryFolder(env);
  try {
    const names = readdirSync(temporary).filter((name) => name.startsWith(`${userFolder()}-`));
    return names.toSorted().map((name) => join(temporary, name));
  } catch {
    return [];
  }
}

function last(env: Environment): string {
  return join(dataHome(env), 'fifos');
}

function isOursOrMissing(path: string): boolean {
  try {
    return isOurs(statSync(path));
  } catch {
    return true;
  }
}

function isOurs({ uid }: { uid: number }): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** Returns why a folder cannot be used, in words; null when it can. @throws when it does not exist */
function refusalOf(folder: string): string | null {
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || !isOurs(stats) || (stats.mode & 0o077) !== 0)
    return 'is not a private folder of this user';
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return 'cannot be written';
  }
}
