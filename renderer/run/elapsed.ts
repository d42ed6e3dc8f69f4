import type { RunState } from '../../shared/run-state.ts';

/**
 * Seconds that a run has taken: from its start to its end, or until now.
 * @param now milliseconds since 1970 while somebody works on it, else null
 * @returns null when it has not started, or nobody knows when it was interrupted
 */
export function elapsedSeconds(
  { started, ended }: Pick<RunState, 'started' | 'ended'>,
  now: number | null,
): number | null {
  if (started === null) return null;
  const end = ended === null ? now : Date.parse(ended);
  return end === null ? null : Math.max(0, (end - Date.parse(started)) / 1000);
}
