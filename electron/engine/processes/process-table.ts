import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';

/** A process that was seen: its pid with the start time that tells it from a later one of the same number. */
export interface SeenProcess {
  pid: number;
  start_time: number;
}

/** Which processes belong to one worker. */
export interface WorkerMark {
  /** Process group and session of the launcher; null when they are over, as the number may be a stranger's by now. */
  pgid: number | null;
  run: string;
  /** null: of any step. */
  step: number | null;
  /** null: of any worker. */
  rank: number | null;
  /** The worker itself, once it is known: its launcher started before it, and where it lives its group is ours. */
  worker?: SeenProcess | undefined;
  /** Start time of the launcher, where it is known. */
  leaderStarted?: number | null | undefined;
}

/** What can be said from here of a process that was recorded: `unknown` where it would not be seen if it lived. */
export type Sighting = 'alive' | 'gone' | 'unknown';

/** A process as records know it, from wherever they were written. */
export type RecordedProcess = Pick<ProcessIdentity, 'pid' | 'start_time' | 'boot_id' | 'pid_namespace'>;

/** The processes of the machine, as one look at all of them has found them. */
export interface ProcessView {
  /** Every live process of a worker: its group and session, and what carries its run, step and rank in the environment. */
  membersOf(mark: WorkerMark): SeenProcess[];
}

/** What Drover needs to know of the machine's processes; one implementation per platform. */
export interface ProcessTable {
  /** Whether processes can be asked to end by signals; without, SIGTERM asks nobody and SIGKILL ends a process with all below it. */
  readonly hasSignals: boolean;
  /** Whether a process shows by its environment whose it is; without, its group is all there is to know it by. */
  readonly seesEnvironment: boolean;
  /** Identifies this start of the machine: pids of an earlier one mean nothing. */
  bootId(): string;
  /** The namespace that numbers of processes belong to, as in a container; null where there is none, or it is not told. */
  pidNamespace(): string | null;
  /** Whether the kernel's own log and counters know processes by the same numbers as this process does. */
  hasKernelNumbers(): boolean;
  /** Whether what is seen of processes are the numbers of this process's own namespace; else nothing that is seen means what it says. */
  showsOwnNumbers(): boolean;
  /** Looks for a process of another namespace: it shows, under another number, in those around its own. */
  sightElsewhere(process: RecordedProcess): Sighting;
  /** Whether a live process carries a mark in its environment; false where that is not seen. */
  carriesMark(pid: number, mark: WorkerMark): boolean;
  /** The start time of a live process, or null when there is none (a zombie is none). */
  startTime(pid: number): number | null;
  /** Looks at all processes; milliseconds with hundreds of them, so whoever asks about many workers looks once. */
  look(): ProcessView;
  /** Whether the process group has any member; cheap enough to ask after every item. */
  groupExists(pgid: number): boolean;
  /** Sends a signal to a whole group; false when it is gone. */
  signalGroup(pgid: number, signal: NodeJS.Signals): boolean;
  /** Sends a signal to one process if it still is the one that was seen. */
  signalProcess(seen: SeenProcess, signal: NodeJS.Signals): boolean;
}

/** Whether the very process that was recorded is alive here: same boot, same namespace, same pid, same start time. */
export function isAlive(table: ProcessTable, identity: RecordedProcess): boolean {
  return isOfHere(table, identity) && table.startTime(identity.pid) === identity.start_time;
}

/** Whether the number of a recorded process means anything here. A record of before namespaces were noted is taken to be of here. */
export function isOfHere(table: ProcessTable, { boot_id, pid_namespace }: RecordedProcess): boolean {
  return boot_id === table.bootId() && isOwnNamespace(table, pid_namespace);
}

function isOwnNamespace(table: ProcessTable, recorded: string | null | undefined): boolean {
  const own = table.pidNamespace();
  return recorded === undefined || recorded === null || recorded === '' || own === null || recorded === own;
}

/** What can be said from here of the process that was recorded, on this machine as it runs now. */
export function sightingOf(table: ProcessTable, identity: RecordedProcess): Sighting {
  if (identity.boot_id !== table.bootId()) return 'gone';
  if (!isOwnNamespace(table, identity.pid_namespace)) return table.sightElsewhere(identity);
  return table.startTime(identity.pid) === identity.start_time ? 'alive' : 'gone';
}

/** The identity of this process itself. */
export function ownIdentity(table: ProcessTable): RecordedProcess {
  const { pid } = process;
  return {
    pid,
    start_time: table.startTime(pid) ?? 0,
    boot_id: table.bootId(),
    pid_namespace: table.pidNamespace(),
  };
}

/** Sends a signal; false when the target is gone or belongs to somebody else, which for us is the same. */
export function trySignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}

/** The mark of a worker whose process is known. Numbers that were given in another namespace are nobody's here. */
export function markOf(
  table: ProcessTable,
  identity: ProcessIdentity,
  whose: Pick<WorkerMark, 'run' | 'step' | 'rank'>,
): WorkerMark {
  if (!isOfHere(table, identity)) return { ...whose, pgid: null };
  const { pid, pgid, start_time, leader_start } = identity;
  return { ...whose, pgid, worker: { pid, start_time }, leaderStarted: leader_start };
}

/**
 * The mark of a worker as it may be used now. Numbers of processes are used again: the number of its group may be a stranger's, whom we must
 * neither wait for nor signal. A number cannot be given again while anybody is in its group, so the group is proved to be ours by one process in
 * it that is: the launcher, known by its start time or by the run, step and rank in its environment, or the worker, known by its start time. Where
 * neither is left, only what carries the run in its environment is known to be ours.
 */
export function trustedMark(table: ProcessTable, mark: WorkerMark): WorkerMark {
  return mark.pgid === null || isOurs(table, mark, mark.pgid) ? mark : { ...mark, pgid: null };
}

function isOurs(table: ProcessTable, mark: WorkerMark, pgid: number): boolean {
  const leader = table.startTime(pgid);
  if (leader !== null && isOurLeader(table, mark, { pid: pgid, start_time: leader })) return true;
  // With another leader in its place the group is another one.
  return leader === null && mark.worker !== undefined && table.startTime(mark.worker.pid) === mark.worker.start_time;
}

function isOurLeader(table: ProcessTable, mark: WorkerMark, leader: { pid: number; start_time: number }): boolean {
  const { leaderStarted, worker } = mark;
  if (leaderStarted !== undefined && leaderStarted !== null) return leader.start_time === leaderStarted;
  if (worker !== undefined && leader.start_time > worker.start_time) return false;
  return table.seesEnvironment ? table.carriesMark(leader.pid, mark) : true;
}
