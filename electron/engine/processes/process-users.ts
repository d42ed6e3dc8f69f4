import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

/** `ps` answers in milliseconds, on a busy machine later (milliseconds). */
const PS_LIMIT_MS = 5_000;

/** Programs of Drover that outlive an engine, and how they name their run: a launcher by its record file, whose path may hold anything, a keeper by its id. */
const KEEPERS = [
  { program: 'launcher', run: /\/(\d{8}-\d{6}-\d{3}-[0-9a-z]{4})\/processes\//g },
  { program: 'keep-engine.sh', run: /--run[\s\0](\d{8}-\d{6}-\d{3}-[0-9a-z]{4})(?=[\s\0]|$)/g },
];

let knownUsers: ReadonlyMap<number, string> | undefined;

/** Returns the number of the user whose process this is; null where there is no such process, or the system does not tell. */
export function userOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
}

/** Returns this user's number; null on systems without. */
export function ownUser(): number | null {
  return process.getuid?.() ?? null;
}

/** Returns the name of a user, or the number where the system's list of users has no name. */
export function userName(uid: number): string {
  if (uid === ownUser()) return ownName() ?? `user ${uid}`;
  knownUsers ??= readUsers();
  return knownUsers.get(uid) ?? `user ${uid}`;
}

function ownName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // In many containers the user has a number and no name.
    return null;
  }
}

/** Reads /etc/passwd, see passwd(5): name and number are the first and the third field. */
function readUsers(): Map<number, string> {
  try {
    const rows = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    return new Map(
      rows.flatMap(([name = '', , uid = '']) => (/^\d+$/.test(uid) ? [[Number(uid), name] as const] : [])),
    );
  } catch {
    return new Map();
  }
}

/**
 * Returns the runs of a user of which something goes on without their engine: a worker, whose launcher lives, or the keeper that will start the engine
 * again. Their command lines say so, which all users may read. Empty on Windows, where they cannot be read.
 */
export function keptRuns(uid: number): Set<string> {
  const runs = new Set<string>();
  for (const line of commandLines(uid)) {
    for (const keeper of KEEPERS.filter(({ program }) => line.includes(program)))
      for (const [, run = ''] of line.matchAll(keeper.run)) runs.add(run);
  }
  return runs;
}

function commandLines(uid: number): string[] {
  if (process.platform === 'linux') return linuxCommandLines(uid);
  if (process.platform !== 'darwin') return [];
  const listed = execFileSync('ps', ['-axo', 'uid=,command='], { encoding: 'utf8', timeout: PS_LIMIT_MS });
  return listed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => Number.parseInt(line, 10) === uid);
}

function linuxCommandLines(uid: number): string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return statSync(`/proc/${name}`).uid === uid ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}
