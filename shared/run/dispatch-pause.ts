import { bytes, count } from '../format.ts';
import type { RunEvent } from './run-events.ts';
import type { DispatchPause, PausesTaken, StepState } from './run-model.ts';
import { stopLoading } from './step-times.ts';

export const NO_PAUSES: PausesTaken = { times: 0, seconds: 0 };

/** Pauses a step, or updates the figures of the current pause. */
export function beginPause(step: StepState, event: Extract<RunEvent, { type: 'dispatch-paused' }>): boolean {
  if (step.status !== 'running') return false;
  const { path, free, resumes_at, unit, time } = event;
  if (step.pause === null) endModelLoads(step, time);
  const since = step.pause?.since ?? time;
  step.pause = { path, free, resumes_at, ...(unit === undefined ? {} : { unit }), since };
  return true;
}

/** Ends the current pause, if any. @returns whether there was one */
export function endPause(step: StepState, at: string): boolean {
  if (step.pause === null) return false;
  const seconds = Math.max(0, (Date.parse(at) - Date.parse(step.pause.since)) / 1000);
  step.paused = { times: step.paused.times + 1, seconds: step.paused.seconds + seconds };
  step.pause = null;
  return true;
}

/** From now on, a worker without an item waits for the disk and no longer for its model. */
function endModelLoads({ workers }: StepState, at: string): void {
  for (const worker of workers) if (worker.holding.length === 0) stopLoading(worker, at);
}

/**
 * A pause in words: `312.0 MiB free on /data, goes on at 2.1 GiB`, or `120 more files (inodes) fit on /data, goes on at 20,000`.
 */
export function pauseText({ path, free, resumes_at, unit }: Omit<DispatchPause, 'since'>): string {
  if (unit === 'files') return `${count(free)} more files (inodes) fit on ${path}, goes on at ${count(resumes_at)}`;
  return `${bytes(free)} free on ${path}, goes on at ${bytes(resumes_at)}`;
}
