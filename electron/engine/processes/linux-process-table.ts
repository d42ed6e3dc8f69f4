import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessTable, SeenProcess, WorkerMark } from './process-table.ts';
import { trySignal } from './signals.ts';

/** Fields of /proc/<pid>/stat after the command name, see proc(5): state is field 3, so these are field numbers less 3. */
const STATE = 0;
const GROUP = 2;
const SESSION = 3;
const START_TIME = 19;

interface Stat {
  state: string;
  group: number;
  session: number;
  startTime: number;
}

let knownBootId: string | undefined;

/** Processes as Linux shows them in /proc; needs no ps. */
export const linuxProcessTable: ProcessTable = {
  hasSignals: true,
  seesEnvironment: true,
  bootId() {
    knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return knownBootId;
  },
  startTime(pid) {
    const stat = readStat(pid);
    return stat === null || isDead(stat) ? null : stat.startTime;
  },
  membersOf(mark) {
    return allPids().flatMap((pid) => {
      const stat = readStat(pid);
      if (stat === null || isDead(stat) || pid === process.pid) return [];
      const member = stat.group === mark.pgid || stat.session === mark.pgid || carriesMark(pid, mark);
      return member ? [{ pid, start_time: stat.startTime }] : [];
    });
  },
  groupExists(pgid) {
    return trySignal(-pgid, 0);
  },
  signalGroup(pgid, signal) {
    return trySignal(-pgid, signal);
  },
  signalProcess(seen: SeenProcess, signal) {
    // A pid is checked again right before the signal, as it may have been used again since it was listed.
    const stat = readStat(seen.pid);
    return stat !== null && stat.startTime === seen.start_time && trySignal(seen.pid, signal);
  },
};

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function isDead(stat: Stat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

/** Parses /proc/<pid>/stat; the command name may hold spaces and parentheses, so fields are counted after the last one. */
export function parseStat(text: string): Stat | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[STATE];
  if (state === undefined || fields.length <= START_TIME) return null;
  return {
    state,
    group: Number(fields[GROUP]),
    session: Number(fields[SESSION]),
    startTime: Number(fields[START_TIME]),
  };
}

function readStat(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** A grandchild with a session of its own escapes the group, but not the environment it was given. */
function carriesMark(pid: number, mark: WorkerMark): boolean {
  let environment: string;
  try {
    environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return false;
  }
  const says = (name: string, value: string | number | null): boolean =>
    value === null || environment.includes(`\0${name}=${value}\0`);
  return says('DROVER_RUN_ID', mark.run) && says('DROVER_STEP', mark.step) && says('DROVER_RANK', mark.rank);
}
