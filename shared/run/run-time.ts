import type { RunEvent } from './run-events.ts';
import type { RunState, WorkedTime } from './run-model.ts';

/**
 * Returns an event with its time by the clock with which its engine took the run. Later changes to the clock are removed, so that the time
 * between two events of an engine is the time that has passed. `wall` keeps the time of day.
 */
export function onSessionClock<E extends RunEvent>({ clock }: Pick<RunState, 'clock'>, event: E): E {
  if (clock === 0) return event;
  const moment = new Date(Date.parse(event.time) - clock);
  return Number.isNaN(moment.getTime()) ? event : { ...event, time: moment.toISOString(), wall: event.time };
}

/** Returns the time of day of an event, whose time may be by the clock of its engine. */
export function timeOfDay({ time, wall }: Pick<RunEvent, 'time' | 'wall'>): string {
  return wall ?? time;
}

/** Begins the session of an engine; that of a dead engine ended with its last event. */
export function beginSession({ worked, latest }: Pick<RunState, 'worked' | 'latest'>, at: string): WorkedTime {
  return { seconds: endSession({ worked }, latest ?? at).seconds, begun: at };
}

/** Ends the session of an engine. */
export function endSession({ worked }: Pick<RunState, 'worked'>, at: string): WorkedTime {
  if (worked.begun === null) return worked;
  const session = Math.max(0, (Date.parse(at) - Date.parse(worked.begun)) / 1000);
  return { seconds: worked.seconds + session, begun: null };
}

/**
 * Returns the seconds that engines have worked on a run; null before the first.
 * @param now milliseconds since 1970, while an engine works on it; otherwise null, and the last event of its engine is the end
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
 * Returns the moment up to which the durations of a run are reported: now while an engine works on it, otherwise the last event of its engine.
 * In milliseconds since 1970, by the clock of its engine.
 * @param now by the clock of the machine
 */
export function reportedUntil(
  { latest, clock }: Pick<RunState, 'latest' | 'clock'>,
  isOwned: boolean,
  now: number,
): number {
  return isOwned || latest === null ? now - clock : Date.parse(latest);
}

/** Returns the time of a run for a list, with `begun` by the present clock of the machine. */
export function listedTime(state: RunState, owned: boolean): WorkedTime | null {
  const { worked, clock } = state;
  const seconds = workedSeconds(state, null);
  if (seconds === null) return null;
  if (!owned || worked.begun === null) return { seconds, begun: null };
  return { seconds: worked.seconds, begun: new Date(Date.parse(worked.begun) + clock).toISOString() };
}

/**
 * Returns the seconds that a run in a list has taken; null where that is unknown. For runs of earlier versions without a recorded time it uses
 * the time of day.
 * @param now milliseconds since 1970; null when no engine works on it
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
