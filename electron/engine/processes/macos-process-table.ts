import { execFileSync } from 'node:child_process';
import { type ProcessTable, trySignal } from './process-table.ts';

/** One call of ps takes some milliseconds; a machine that needs longer than this has other problems anyway. */
const TOOL_LIMIT_MS = 5_000;

/** One option per column: after `=` POSIX takes the rest of an option as the column's header. */
const COLUMNS = ['pid', 'pgid', 'state', 'lstart'].flatMap((name) => ['-o', `${name}=`]);

let knownBootId: string | undefined;

/**
 * Reads processes on macOS, where there is no /proc, through ps and sysctl as in launcher-macos.sh. Start times are seconds since 1970. A grandchild
 * with its own session is not found here: the environment of a process cannot be read without rights. Not proved on a Mac: tried with stand-ins for
 * its tools.
 */
export const macosProcessTable: ProcessTable = {
  hasSignals: true,
  seesEnvironment: false,
  pidNamespace: () => null,
  showsOwnNumbers: () => true,
  hasKernelNumbers: () => true,
  sightElsewhere: () => 'unknown',
  carriesMark: () => false,
  bootId() {
    knownBootId ??= ask('sysctl', ['-n', 'kern.bootsessionuuid']).trim();
    return knownBootId;
  },
  startTime(pid) {
    return parsePsList(ask('ps', [...COLUMNS, '-p', String(pid)]))[0]?.start_time ?? null;
  },
  snapshot() {
    const all = parsePsList(ask('ps', ['-ax', ...COLUMNS])).filter(({ pid }) => pid !== process.pid);
    return {
      membersOf: (mark) =>
        all.filter(({ pgid }) => pgid === mark.pgid).map(({ pid, start_time }) => ({ pid, start_time })),
    };
  },
  groupExists(pgid) {
    return trySignal(-pgid, 0);
  },
  signalGroup(pgid, signal) {
    return trySignal(-pgid, signal);
  },
  signalProcess(seen, signal) {
    return macosProcessTable.startTime(seen.pid) === seen.start_time && trySignal(seen.pid, signal);
  },
};

interface PsEntry {
  pid: number;
  pgid: number;
  /** Seconds since 1970. */
  start_time: number;
}

/** Parses the columns pid, pgid, state and lstart of ps, with times in UTC. Zombies are left out. */
export function parsePsList(text: string): PsEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line);
    if (match === null || match[3]?.startsWith('Z') === true) return [];
    const started = Date.parse(`${match[4]} UTC`);
    if (Number.isNaN(started)) return [];
    return [{ pid: Number(match[1]), pgid: Number(match[2]), start_time: started / 1000 }];
  });
}

/** Runs a tool with times in UTC, because local times are ambiguous for an hour each year. */
function ask(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      timeout: TOOL_LIMIT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC0' },
    });
  } catch {
    return '';
  }
}
