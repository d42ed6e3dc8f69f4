import type { ProcessTable, WorkerMark } from './process-table.ts';

/**
 * The mark of a worker as it may be used now. Numbers of processes are used again: when the launcher is dead, the number of its group may be
 * a stranger's, whom we must neither wait for nor signal. The launcher started before its worker, so whoever has its number and started later
 * is a stranger; and where no launcher is left, only what carries the run, step and rank in its environment is known to be ours.
 */
export function trustedMark(table: ProcessTable, mark: WorkerMark): WorkerMark {
  if (mark.pgid === null || mark.started === undefined) return mark;
  const leader = table.startTime(mark.pgid);
  const isOurs = leader === null ? !table.seesEnvironment : leader <= mark.started;
  return isOurs ? mark : { ...mark, pgid: null };
}
