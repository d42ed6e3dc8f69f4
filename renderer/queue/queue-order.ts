import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';

type Waiting = Pick<WaitingRun, 'run' | 'user'>;

/**
 * Returns the place for a run that is put before another row of the queue. Only one's own runs change places among each other, so before a run of
 * somebody else means before one's next own.
 * @param before the row that it is put before; null for the end
 * @returns null when nothing would change
 */
export function placeBefore(queue: readonly Waiting[], run: string, before: string | null): QueuePlace | null {
  const at = before === null ? queue.length : queue.findIndex((one) => one.run === before);
  if (at < 0) return null;
  const next = queue.slice(at).find((one) => one.user === null && one.run !== run);
  if (next?.run === nextOwn(queue, run)) return null;
  return next === undefined ? 'last' : { before: next.run };
}

/** Returns one's own run that comes after another one; undefined when that is the last, or is not there. */
function nextOwn(queue: readonly Waiting[], run: string): string | undefined {
  const own = queue.filter(({ user }) => user === null);
  return own[own.findIndex((one) => one.run === run) + 1]?.run;
}
