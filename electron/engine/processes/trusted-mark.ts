import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { isOfHere, type ProcessTable, type WorkerMark } from './process-table.ts';

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
