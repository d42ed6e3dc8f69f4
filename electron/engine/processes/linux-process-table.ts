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

/** The number of a machine's first namespace, which is the same in every Linux. All processes of the machine are visible there. */
const INITIAL_NAMESPACE = '4026531836';

let knownBootId: string | undefined;
let knownNamespace: string | null | undefined;

/** Reads processes from /proc of Linux; needs no ps. */
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
    const found = readMark(pid);
    return found !== null && isMarkOf(found, mark);
  },
  startTime(pid) {
    const stat = readStat(pid);
    return stat === null || isDead(stat) ? null : stat.startTime;
  },
  snapshot() {
    return new LinuxView();
  },
  groupExists(pgid) {
    return trySignal(-pgid, 0);
  },
  signalGroup(pgid, signal) {
    return trySignal(-pgid, signal);
  },
  signalProcess(seen: SeenProcess, signal) {
    // The pid is checked again right before the signal, because it may have been used again since it was listed.
    const stat = readStat(seen.pid);
    return stat !== null && stat.startTime === seen.start_time && trySignal(seen.pid, signal);
  },
};

class LinuxView implements ProcessView {
  private readonly live: readonly (Stat & { pid: number })[];
  /** The mark of each process by its pid, read when it is first needed. */
  private readonly marks = new Map<number, ProcessMark | null>();

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

  /** A grandchild with a session of its own leaves the group, but keeps the environment that it was given. */
  private carriesMark(pid: number, mark: WorkerMark): boolean {
    let found = this.marks.get(pid);
    if (found === undefined) {
      found = readMark(pid);
      this.marks.set(pid, found);
    }
    return found !== null && isMarkOf(found, mark);
  }
}

/**
 * Checks for a process of another namespace. Where processes of an inner namespace are visible, each has all its numbers, the innermost last. In the
 * namespace of the machine all processes are visible, so one that is not visible there is gone. Elsewhere it may be in a namespace beside or around
 * this one.
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

/** Returns whether no process is hidden from this one: by a namespace of its own, or by how /proc is mounted for users other than root. */
function seesWholeMachine(): boolean {
  return linuxProcessTable.pidNamespace() === INITIAL_NAMESPACE && existsSync('/proc/1/stat');
}

/** Returns the numbers of a process in the namespaces from this one inwards. */
function readNumbers(pid: number): string[] {
  try {
    const line = /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
    return line.trim().split(/\s+/);
  } catch {
    return [];
  }
}

/** Returns null where it may not be read, or the kernel has no namespaces. */
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

/** The owner of a process as its environment or its control group names it. */
interface ProcessMark {
  run: string;
  step: string | null;
  rank: string | null;
  /** Where it was started from; empty or null where that is unknown. */
  namespace: string | null;
}

/** A process that was started from another namespace belongs to an engine there, even if it is visible here. */
function isMarkOf({ run, step, rank, namespace }: ProcessMark, mark: WorkerMark): boolean {
  const own = linuxProcessTable.pidNamespace();
  if (namespace !== null && namespace !== '' && own !== null && namespace !== own) return false;
  return run === mark.run && isOf(step, mark.step) && isOf(rank, mark.rank);
}

function isOf(actual: string | null, wanted: number | null): boolean {
  return wanted === null || actual === String(wanted);
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function isDead(stat: Stat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

/** Parses /proc/<pid>/stat. The command name may contain spaces and parentheses, so fields are counted after the last one. */
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

/** Reads the mark from the environment of a process, or from its control group, which it cannot leave; null for one that belongs to no run. */
function readMark(pid: number): ProcessMark | null {
  return readEnvironment(pid) ?? groupOf(pid);
}

function readEnvironment(pid: number): ProcessMark | null {
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
