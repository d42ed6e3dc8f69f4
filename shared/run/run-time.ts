import type { RunEvent } from './run-events.ts';
import type { RunState, WorkedTime } from './run-model.ts';

/**
 * An event with its time by the clock with which its engine took the run: what somebody did to the clock since then is taken back, so that times
 * between two events of an engine are those that have passed. `wall` keeps the time of day.
 */
export function onSessionClock<E extends RunEvent>({ clock }: Pick<RunState, 'clock'>, event: E): E {
  if (clock === 0) return event;
  const moment = new Date(Date.parse(event.time) - clock);
  return Number.isNaN(moment.getTime()) ? event : { ...event, time: moment.toISOString(), wall: event.time };
}

/** The time of day of an event that may be on the clock of its engine. */
export function timeOfDay({ time, wall }: Pick<RunEvent, 'time' | 'wall'>): string {
  return wall ?? time;
}

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

/**
 * The moment up to which a run is told: now while somebody works on it, else the last word of its engine. Milliseconds since 1970, by the clock
 * of its engine: what durations are told up to.
 * @param now by the clock of the machine
 */
export function toldUntil(
  { latest, clock }: Pick<RunState, 'latest' | 'clock'>,
  isOwned: boolean,
  now: number,
): number {
  return isOwned || latest === null ? now - clock : Date.parse(latest);
}

/** What a list tells of a run's time, with `begun` by the clock of the machine as it goes now. */
export function listedTime(state: RunState, owned: boolean): WorkedTime | null {
  const { worked, clock } = state;
  const seconds = workedSeconds(state, null);
  if (seconds === null) return null;
  if (!owned || worked.begun === null) return { seconds, begun: null };
  return { seconds: worked.seconds, begun: new Date(Date.parse(worked.begun) + clock).toISOString() };
}

/**
 * Seconds that a run in a list has taken; null where nothing can be said. What earlier versions noted no time of is told by the time of day.
 * @param now milliseconds since 1970; null when nobody works on it
 */
export function takenSeconds(
  { worked, created, ended }: { worked: WorkedTime | null; created: string | null; ended: string | null },
  now: number | null,
): number | null {
  if (worked !== null && worked.begun === null) return worked.seconds;
  const end = ended === null ? now : Date.parse(ended);
  const begun = worked?.begun ?? created;
  if (end === null || begun === null) return null;
  return (worked?.seconds ?? 0) + Math.max(0, (end - Date.parse(begun)) / 1000);
}
