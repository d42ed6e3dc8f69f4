import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';

/** A process that was seen. The start time distinguishes it from a later one with the same pid. */
export interface SeenProcess {
  pid: number;
  start_time: number;
}

/** Defines which processes belong to one worker. */
export interface WorkerMark {
  /** Process group and session of the launcher; null when they are over, because another process may have the number by now. */
  pgid: number | null;
  run: string;
  /** null: of any step. */
  step: number | null;
  /** null: of any worker. */
  rank: number | null;
  /** The worker itself, once it is known. Its launcher started before it. While the worker is alive, its group is ours. */
  worker?: SeenProcess | undefined;
  /** Start time of the launcher, where it is known. */
  leaderStarted?: number | null | undefined;
}

/** What is known here of a recorded process: `unknown` where it would not be visible even if it were alive. */
export type Sighting = 'alive' | 'gone' | 'unknown';

/** A process as in a record, wherever that was written. */
export type RecordedProcess = Pick<ProcessIdentity, 'pid' | 'start_time' | 'boot_id' | 'pid_namespace'>;

/** The processes of the machine, as read at one time. */
export interface ProcessView {
  /** Returns every live process of a worker: its group and session, and all with its run, step and rank in their environment. */
  membersOf(mark: WorkerMark): SeenProcess[];
}

/** What Drover needs to know of the machine's processes. There is one implementation per platform. */
export interface ProcessTable {
  /** Whether processes can be asked to end by signals. Without them SIGTERM does nothing, and SIGKILL ends a process with all below it. */
  readonly hasSignals: boolean;
  /** Whether the environment of a process can be read, which names its owner. Otherwise only its group identifies it. */
  readonly seesEnvironment: boolean;
  /** Returns an id of this start of the machine: pids of an earlier one mean nothing. */
  bootId(): string;
  /** Returns the namespace of process numbers, as in a container; null where there is none or it cannot be read. */
  pidNamespace(): string | null;
  /** Returns whether the kernel's own log and counters use the same process numbers as this process does. */
  hasKernelNumbers(): boolean;
  /** Returns whether the visible process numbers are those of this process's own namespace. Otherwise they would be misread. */
  showsOwnNumbers(): boolean;
  /** Checks for a process of another namespace. In the namespaces around its own it is visible under another number. */
  sightElsewhere(process: RecordedProcess): Sighting;
  /** Returns whether a live process carries a mark in its environment; false where that cannot be read. */
  carriesMark(pid: number, mark: WorkerMark): boolean;
  /** Returns the start time of a live process, or null when there is none (a zombie is none). */
  startTime(pid: number): number | null;
  /** Reads all processes. That takes milliseconds with hundreds of them, so callers with many workers read once. */
  snapshot(): ProcessView;
  /** Returns whether the process group has any member; cheap enough to call after every item. */
  groupExists(pgid: number): boolean;
  /** Sends a signal to a whole group; false when it is gone. */
  signalGroup(pgid: number, signal: NodeJS.Signals): boolean;
  /** Sends a signal to one process if it still is the one that was seen. */
  signalProcess(seen: SeenProcess, signal: NodeJS.Signals): boolean;
}

/** Returns whether the very process that was recorded is alive here: same boot, same namespace, same pid, same start time. */
export function isAlive(table: ProcessTable, identity: RecordedProcess): boolean {
  return isOfHere(table, identity) && table.startTime(identity.pid) === identity.start_time;
}

/** Returns whether the number of a recorded process means anything here. An old record without a namespace is taken to be from here. */
export function isOfHere(table: ProcessTable, { boot_id, pid_namespace }: RecordedProcess): boolean {
  return boot_id === table.bootId() && isOwnNamespace(table, pid_namespace);
}

function isOwnNamespace(table: ProcessTable, recorded: string | null | undefined): boolean {
  const own = table.pidNamespace();
  return recorded === undefined || recorded === null || recorded === '' || own === null || recorded === own;
}

/** Returns what is known here of the recorded process, on this machine as it runs now. */
export function sightingOf(table: ProcessTable, identity: RecordedProcess): Sighting {
  if (identity.boot_id !== table.bootId()) return 'gone';
  if (!isOwnNamespace(table, identity.pid_namespace)) return table.sightElsewhere(identity);
  return table.startTime(identity.pid) === identity.start_time ? 'alive' : 'gone';
}

/** Returns the identity of this process itself. */
export function ownIdentity(table: ProcessTable): RecordedProcess {
  const { pid } = process;
  return {
    pid,
    start_time: table.startTime(pid) ?? 0,
    boot_id: table.bootId(),
    pid_namespace: table.pidNamespace(),
  };
}

/** Sends a signal; false when the target is gone or belongs to another user, which is the same for us. */
export function trySignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}

/** Returns the mark of a worker whose process is known. Numbers from another namespace identify no process here. */
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
 * Returns the mark of a worker as it may be used now. Process numbers are used again: the number of its group may belong to an unrelated process,
 * which we must neither wait for nor signal. A number is not used again while anybody is in its group. So the group is ours if one process in it is
 * ours: the launcher, identified by its start time or by the run, step and rank in its environment, or the worker, identified by its start time. If
 * neither is left, only processes with the run in their environment are known to be ours.
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
