import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import {
  type ProcessTable,
  type ProcessView,
  type RecordedProcess,
  type SeenProcess,
  type Sighting,
  trySignal,
  type WorkerMark,
} from './process-table.ts';
import { groupOf } from './worker-group.ts';

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

/** The number of the namespace that a machine starts with, which is the same in every Linux: all processes of the machine show there. */
const INITIAL_NAMESPACE = '4026531836';

let knownBootId: string | undefined;
let knownNamespace: string | null | undefined;

/** Processes as Linux shows them in /proc; needs no ps. */
export const linuxProcessTable: ProcessTable = {
  hasSignals: true,
  seesEnvironment: true,
  bootId() {
    knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return knownBootId;
  },
  pidNamespace() {
    if (knownNamespace === undefined) knownNamespace = namespaceOf('self');
    return knownNamespace;
  },
  hasKernelNumbers() {
    return [null, INITIAL_NAMESPACE].includes(linuxProcessTable.pidNamespace());
  },
  showsOwnNumbers() {
    return (readLink('/proc/self') ?? String(process.pid)) === String(process.pid);
  },
  sightElsewhere,
  carriesMark(pid, mark) {
    const told = readMark(pid);
    return told !== null && isMarkOf(told, mark);
  },
  startTime(pid) {
    const stat = readStat(pid);
    return stat === null || isDead(stat) ? null : stat.startTime;
  },
  look() {
    return new LinuxView();
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

class LinuxView implements ProcessView {
  private readonly live: readonly (Stat & { pid: number })[];
  /** What each environment says, read when it is asked for first. */
  private readonly told = new Map<number, ToldMark | null>();

  constructor() {
    this.live = allPids().flatMap((pid) => {
      const stat = pid === process.pid ? null : readStat(pid);
      return stat === null || isDead(stat) ? [] : [{ pid, ...stat }];
    });
  }

  membersOf(mark: WorkerMark): SeenProcess[] {
    const members = this.live.filter(
      ({ pid, group, session }) => group === mark.pgid || session === mark.pgid || this.carriesMark(pid, mark),
    );
    return members.map(({ pid, startTime }) => ({ pid, start_time: startTime }));
  }

  /** A grandchild with a session of its own escapes the group, but not the environment it was given. */
  private carriesMark(pid: number, mark: WorkerMark): boolean {
    let told = this.told.get(pid);
    if (told === undefined) {
      told = readMark(pid);
      this.told.set(pid, told);
    }
    return told !== null && isMarkOf(told, mark);
  }
}

/**
 * Where processes of a namespace inside this one show, each shows with all its numbers, the innermost last. In the namespace of the machine all
 * do, so what does not show there is gone; elsewhere it may be in a namespace beside or around this one.
 */
function sightElsewhere({ pid, start_time, pid_namespace }: RecordedProcess): Sighting {
  for (const outer of allPids()) {
    const numbers = readNumbers(outer);
    if (numbers.length < 2 || numbers.at(-1) !== String(pid)) continue;
    const stat = readStat(outer);
    if (stat === null || isDead(stat) || stat.startTime !== start_time) continue;
    const namespace = namespaceOf(outer);
    if (namespace === null || namespace === pid_namespace) return 'alive';
  }
  return seesWholeMachine() ? 'gone' : 'unknown';
}

/** Whether no process is hidden from this one: by a namespace of its own, or by how /proc is mounted for those who are not root. */
function seesWholeMachine(): boolean {
  return linuxProcessTable.pidNamespace() === INITIAL_NAMESPACE && existsSync('/proc/1/stat');
}

/** The numbers of a process in the namespaces from this one inwards. */
function readNumbers(pid: number): string[] {
  try {
    const line = /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
    return line.trim().split(/\s+/);
  } catch {
    return [];
  }
}

/** null where it may not be read, or the kernel has none. */
function namespaceOf(pid: number | 'self'): string | null {
  return /\[(\d+)\]/.exec(readLink(`/proc/${pid}/ns/pid`) ?? '')?.[1] ?? null;
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** What the environment of a process says of whose it is. */
interface ToldMark {
  run: string;
  step: string | null;
  rank: string | null;
  /** Where it was started from; empty or null where that is not known. */
  namespace: string | null;
}

/** What was started from another namespace belongs to an engine there, also where it can be seen. */
function isMarkOf({ run, step, rank, namespace }: ToldMark, mark: WorkerMark): boolean {
  const own = linuxProcessTable.pidNamespace();
  if (namespace !== null && namespace !== '' && own !== null && namespace !== own) return false;
  return run === mark.run && isOf(step, mark.step) && isOf(rank, mark.rank);
}

function isOf(told: string | null, wanted: number | null): boolean {
  return wanted === null || told === String(wanted);
}

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

/** What the environment of a process says, or its control group, which it cannot leave; null for one that belongs to no run. */
function readMark(pid: number): ToldMark | null {
  return readEnvironment(pid) ?? groupOf(pid);
}

function readEnvironment(pid: number): ToldMark | null {
  let environment: string;
  try {
    environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return null;
  }
  const run = valueIn(environment, 'DROVER_RUN_ID');
  if (run === null) return null;
  return {
    run,
    step: valueIn(environment, 'DROVER_STEP'),
    rank: valueIn(environment, 'DROVER_RANK'),
    namespace: valueIn(environment, 'DROVER_PID_NAMESPACE'),
  };
}

function valueIn(environment: string, name: string): string | null {
  const entry = `\0${name}=`;
  const at = environment.indexOf(entry);
  if (at < 0) return null;
  const end = environment.indexOf('\0', at + 1);
  return environment.slice(at + entry.length, end < 0 ? undefined : end);
}
