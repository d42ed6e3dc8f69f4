import { describe, expect, it } from 'vitest';
import { pauseText } from '../../../../shared/run/dispatch-pause.ts';
import { ProgressModel } from '../../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState, type StepState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';
import { runStatusDocument } from '../../../../shared/run/run-status.ts';
import { stepUse } from '../../../../shared/run/step-times.ts';
import { completes, eventAt, handsOut, RECORDED_START, stepBegins } from '../../../helpers/recorded-run.ts';

const at = (seconds: number): number => RECORDED_START + seconds * 1000;
const isoAt = (seconds: number): string => new Date(at(seconds)).toISOString();
const pauses = (seconds: number, free = 10): RunEvent =>
  eventAt(seconds, { type: 'dispatch-paused', step: 1, path: '/data', free, resumes_at: 20 });
const goesOn = (seconds: number): RunEvent =>
  eventAt(seconds, { type: 'dispatch-resumed', step: 1, path: '/data', free: 30 });
const taken = (seconds: number): RunEvent =>
  eventAt(seconds, { type: 'owner-taken', purpose: 'resume', pid: 2, host: 'box' });
const ends = (seconds: number): RunEvent => eventAt(seconds, { type: 'step-ended', step: 1, status: 'completed' });
const begins = stepBegins({ dispatch: 'queue', workers: 1, costs: [1, 1] });

function fold(events: readonly RunEvent[]): { state: RunState; step: StepState } {
  const state = events.reduce(applyRunEvent, emptyRunState());
  const [step] = state.steps;
  if (step === undefined) throw new Error('the run has no step');
  return { state, step };
}

describe('a pause for want of room on a disk', () => {
  it('stands in the state with the latest figures, since it began', () => {
    const { step } = fold([...begins, pauses(5), pauses(60, 15)]);
    expect(step.pause).toEqual({ path: '/data', free: 15, resumes_at: 20, since: isoAt(5) });
  });

  it('is over when it goes on, and its time is kept', () => {
    const { step, state } = fold([...begins, pauses(5), pauses(60), goesOn(65), pauses(70), goesOn(71)]);
    expect(step).toMatchObject({ pause: null, paused: { times: 2, seconds: 61 } });
    expect(state.ignored).toBe(0);
  });

  it.each([
    ['the step', [ends(9)]],
    ['its engine, at its last word', [completes(9, 0, 0), taken(1_000)]],
  ])('ends with %s', (_, events) => {
    const { step } = fold([...begins, ...handsOut(0, 0, [0]), pauses(5), ...events]);
    expect(step).toMatchObject({ pause: null, paused: { times: 1, seconds: 4 } });
  });

  it('cannot go on where there was none', () => {
    expect(fold([...begins, goesOn(5)]).state.ignored).toBe(1);
  });

  it('counts as waiting, also for a worker that had begun to load', () => {
    const work = [...handsOut(90, 0, [0]), { ...completes(100, 0, 0), seconds: 10 } as RunEvent, ends(100)];
    const use = stepUse(fold([...begins, pauses(10), goesOn(90), ...work]).step, at(200));
    expect(use).toMatchObject({ makespan: 100, share: 0.1, load: 0.1, imbalance: 0 });
    expect(use.waiting).toBeCloseTo(0.8, 10);
  });

  it('leaves the end unknown, and is shown as long as somebody is at it', () => {
    const events = [...begins, ...handsOut(0, 0, [0]), completes(2, 0, 0), pauses(5)];
    const { state } = fold(events);
    const given = { directory: '/runs/a', now: new Date(at(9)), logPath: () => '/log' };
    const owned = runStatusDocument(state, { ...given, owned: true });
    expect(owned).toMatchObject({ eta_seconds: null, steps: [{ pause: { path: '/data', free: 10 } }] });
    expect(runStatusDocument(state, { ...given, owned: false }).steps[0]?.pause).toBeNull();
    const model = new ProgressModel();
    for (const event of events) model.apply(event);
    expect(model.view(at(9))).toMatchObject({ eta: null, workers: [{ waiting: 'waits for room on the disk' }] });
  });

  it('is told with what is free and what it takes to go on', () => {
    const pause = { path: '/data', free: 312e6, resumes_at: 2e9, since: isoAt(0) };
    expect(pauseText(pause)).toBe('297.5 MiB free on /data, goes on at 1.9 GiB');
    const files = { path: '/data', free: 1_200, resumes_at: 20_000, unit: 'files' } as const;
    expect(pauseText(files)).toBe('1,200 more files (inodes) fit on /data, goes on at 20,000');
  });
});
