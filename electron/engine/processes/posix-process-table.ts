import { execFileSync } from 'node:child_process';
import type { ProcessTable } from './process-table.ts';
import { trySignal } from './signals.ts';

/** One call of ps takes some milliseconds; a machine that needs longer than this is in trouble anyway. */
const PS_LIMIT_MS = 5_000;

/**
 * Processes on macOS and other systems without /proc, through ps and sysctl. Start times are seconds since 1970.
 * A grandchild with its own session is not found here: the environment of a process cannot be read without rights.
 * Not proved on a Mac; see the README.
 */
export const posixProcessTable: ProcessTable = {
  bootId() {
    return /sec = (\d+)/.exec(ask('sysctl', ['-n', 'kern.boottime']))?.[1] ?? 'unknown';
  },
  startTime(pid) {
    const [state, ...started] = ask('ps', ['-o', 'state=,lstart=', '-p', String(pid)])
      .trim()
      .split(/\s+/);
    if (state === undefined || state === '' || state.startsWith('Z')) return null;
    return Math.round(Date.parse(started.join(' ')) / 1000);
  },
  membersOf(mark) {
    return parseProcessList(ask('ps', ['-axo', 'pid=,pgid=,state=,lstart=']))
      .filter((entry) => entry.pgid === mark.pgid && entry.pid !== process.pid)
      .map(({ pid, start_time }) => ({ pid, start_time }));
  },
  groupExists(pgid) {
    return trySignal(-pgid, 0);
  },
  signalGroup(pgid, signal) {
    return trySignal(-pgid, signal);
  },
  signalProcess(seen, signal) {
    return posixProcessTable.startTime(seen.pid) === seen.start_time && trySignal(seen.pid, signal);
  },
};

/** Parses `ps -axo pid=,pgid=,state=,lstart=`; zombies are left out. */
export function parseProcessList(text: string): { pid: number; pgid: number; start_time: number }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match === null || match[3]?.startsWith('Z') === true) return [];
    return [
      { pid: Number(match[1]), pgid: Number(match[2]), start_time: Math.round(Date.parse(match[4] ?? '') / 1000) },
    ];
  });
}

function ask(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      timeout: PS_LIMIT_MS,
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch {
    return '';
  }
}
