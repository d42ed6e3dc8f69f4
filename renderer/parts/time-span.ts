import type { DeviceSeries } from '../../shared/contract/runs.ts';
import type { StepState } from '../../shared/run/run-model.ts';

/** The time range of the small lines of a live run (seconds). */
const LIVE_SECONDS = 300;
/** A shorter span would show noise (seconds). */
const SHORTEST_SECONDS = 10;

/** Returns the time range of the lines of a step, in seconds since 1970: the last minutes of a live step, all of an ended one. */
export function timeSpan(
  step: Pick<StepState, 'started' | 'ended'>,
  series: readonly DeviceSeries[],
  live: boolean,
): { from: number; to: number } {
  const last = Math.max(0, ...series.map(({ times }) => times.at(-1) ?? 0));
  const begun = step.started === null ? last : Date.parse(step.started) / 1000;
  const ended = step.ended === null ? last : Date.parse(step.ended) / 1000;
  const to = Math.max(live ? last : Math.max(last, ended), begun);
  const from = live ? Math.max(begun, to - LIVE_SECONDS) : begun;
  return { from: Math.min(from, to - SHORTEST_SECONDS), to };
}
