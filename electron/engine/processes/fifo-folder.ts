import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../data-home.ts';

/** Only the owner may enter: what is written into a FIFO is an instruction to a worker. */
const PRIVATE_MODE = 0o700;

/** Where Windows has its named pipes. There is nothing to make, and a pipe takes orders from the user who made it only. */
const PIPE_FOLDER = String.raw`\\.\pipe`;

/**
 * The folder for the FIFOs of queue workers, made when it is not there: `$XDG_RUNTIME_DIR/drover`, else one below the temporary folder
 * with this user's id in its name. FIFOs do not belong on a network file system, where a run folder may lie.
 * @throws when the folder belongs to somebody else or is open to others: whoever made it could feed our workers
 */
export function fifoFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return PIPE_FOLDER;
  const runtime = env['XDG_RUNTIME_DIR'];
  const folder =
    runtime !== undefined && runtime !== '' ? join(runtime, 'drover') : join(tmpdir(), `drover-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: PRIVATE_MODE });
  const stats = lstatSync(folder);
  const ours = process.getuid === undefined || stats.uid === process.getuid();
  if (!stats.isDirectory() || !ours || (stats.mode & 0o077) !== 0) {
    throw new Error(
      `${folder} is not a private folder of this user; remove it or set XDG_RUNTIME_DIR to a private folder`,
    );
  }
  return folder;
}

/**
 * Removes the FIFOs of all starts of a rank: those of an engine that died may be left. Called when none of its processes lives.
 * @param worker whose; null: of all workers of the run
 */
export function removeFifos(env: Environment, run: string, worker: { step: number; rank: number } | null): void {
  const prefix = worker === null ? `${run}.` : `${run}.${worker.step}.${worker.rank}.`;
  try {
    const folder = fifoFolder(env);
    if (folder === PIPE_FOLDER) return;
    for (const name of readdirSync(folder)) if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  } catch {
    // A folder that is not private or cannot be made: the next start says so.
  }
}

/** The path of the FIFO of one start; a new one each time, as a used one would feed the next worker the dead one's item. */
export function fifoPath(folder: string, run: string, step: number, rank: number, start: number): string {
  const name = `${run}.${step}.${rank}.${start}`;
  return folder === PIPE_FOLDER ? `${folder}\\drover-${name}` : join(folder, name);
}
