import type { RunState } from './run-state.ts';

/** How long engines have worked on a run; what lies between two of them counts for nobody. */
export interface WorkedTime {
  /** Of the sessions that are over. */
  seconds: number;
  /** ISO time of the beginning of the present session; null between sessions. */
  begun: string | null;
}

export const NOT_WORKED: WorkedTime = { seconds: 0, begun: null };

/** An engine takes the run; one that died before ended with its last word. */
export function beginSession({ worked, latest }: Pick<RunState, 'worked' | 'latest'>, at: string): WorkedTime {
  return { seconds: endSession({ worked }, latest ?? at).seconds, begun: at };
}

/** The engine is done with the run. */
export function endSession({ worked }: Pick<RunState, 'worked'>, at: string): WorkedTime {
  if (worked.begun === null) return worked;
  const session = Math.max(0, (Date.parse(at) - Date.parse(worked.begun)) / 1000);
  return { seconds: worked.seconds + session, begun: null };
}

/**
 * Seconds that engines have worked on a run; null before the first.
 * @param now milliseconds since 1970, while somebody works on it; else null, and the last word of its engine is the end
 */
export function workedSeconds(
  { worked, latest, started }: Pick<RunState, 'worked' | 'latest' | 'started'>,
  now: number | null,
): number | null {
  if (started === null) return null;
  const end = now === null ? latest : new Date(now).toISOString();
  return end === null ? worked.seconds : endSession({ worked }, end).seconds;
}

/** The moment up to which a run is told: now while somebody works on it, else the last word of its engine. Milliseconds since 1970. */
export function toldUntil({ latest }: Pick<RunState, 'latest'>, isOwned: boolean, now: number): number {
  return isOwned || latest === null ? now : Date.parse(latest);
}
