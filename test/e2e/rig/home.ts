import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../helpers/patience.ts';
import { describeProcess, processesWith } from '../../helpers/processes-with.ts';

/** How long what ends by itself may take to be gone; more than a machine under load needs. */
const END_MS = 15_000;
const POLL_MS = 50;
/** How often the removal of a folder is tried again in which something was still being written. */
const REMOVE_TRIES = 5;

/** Makes the data directory of one test; the temporary folder of all that it starts lies in it. */
export function makeHome(door: string): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), `drover-${door}-`)));
  mkdirSync(temporaryIn(home), { mode: 0o700 });
  return home;
}

/** What connects a program with a desktop. */
const DESKTOP_VARIABLES = ['DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR'];

/** The environment of whatever a test starts: temporary files, profiles and FIFOs lie in its home, and no desktop is used. */
export function environmentIn(home: string): Record<string, string> {
  const env: NodeJS.ProcessEnv = { ...desktopEnvironmentIn(home), DROVER_RECONCILE_PAUSE_MS: '0' };
  // Elsewhere the path of the temporary folder is so long already that sockets below this one could not be made.
  if (process.platform === 'linux') env['TMPDIR'] = temporaryIn(home);
  for (const name of DESKTOP_VARIABLES) delete env[name];
  return definedOnly(env);
}

/** The environment of the real Electron, which needs a desktop and has temporary files of its own. */
export function desktopEnvironmentIn(home: string): Record<string, string> {
  return definedOnly({ ...process.env, DROVER_HOME: home, DROVER_LEASES: join(home, 'leases-of-all') });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Removes a test's home, and ends by force what is still running in it, so that one failure does not bring about others.
 * @returns what should not have been there, in words: processes that did not end, FIFOs, profiles
 */
export async function removeHome(home: string): Promise<string[]> {
  const processes = await processesThatStay(home);
  const left = [...processes.map(describeProcess), ...temporaryLeft(home)];
  for (const pid of processes) endByForce(pid);
  rmSync(home, { recursive: true, force: true, maxRetries: REMOVE_TRIES });
  return left;
}

function temporaryIn(home: string): string {
  return join(home, 'tmp');
}

async function processesThatStay(home: string): Promise<number[]> {
  // Elsewhere the environment of a process cannot be read.
  if (process.platform !== 'linux') return [];
  const deadline = performance.now() + patience(END_MS);
  for (;;) {
    const found = processesWith(`DROVER_HOME=${home}`);
    if (found.length === 0 || performance.now() > deadline) return found;
    await sleep(POLL_MS);
  }
}

/** Node keeps what it has compiled there, and the private folder of FIFOs stays; nothing else may. */
function temporaryLeft(home: string): string[] {
  const folder = temporaryIn(home);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => !/^drover-\d+$|^node-compile-cache$/.test(entry.name) && !entry.parentPath.includes('compile-cache'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

function endByForce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
