import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SessionClock } from '../../../../electron/engine/runs/run-session.ts';
import { ProgressModel } from '../../../../shared/run/progress-model.ts';
import type { RunEvent, RunEventBody } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';
import { runStatusDocument } from '../../../../shared/run/run-status.ts';
import { listedTime, reportedUntil, takenSeconds, workedSeconds } from '../../../../shared/run/run-time.ts';
import { completes, eventAt, handsOut, stepBegins } from '../../../helpers/recorded-run.ts';

const START = Date.parse('2026-11-21T05:15:00.000Z');
const at = (seconds: number): number => START + seconds * 1000;
const DEVICE = { kind: 'cpu', index: 0, uuid: null, name: 'P' } as const;
const COUNTS = { total: 1, complete: 0, failed: 0, pending: 1, running: 0, skipped: 0 };

const created: RunEventBody = {
  type: 'run-created',
  run: 'a',
  pipeline: 'shout',
  name: null,
  steps: [{ name: 'one', dispatch: 'queue' }],
};
const taken: RunEventBody = { type: 'owner-taken', purpose: 'run', pid: 1, host: 'box' };
const begun: RunEventBody = { type: 'step-started', step: 1, devices: [DEVICE] };
const over: RunEventBody = { type: 'run-ended', status: 'failed', items: COUNTS };

function fold(...events: [seconds: number, body: RunEventBody][]): RunState {
  return events
    .map(([seconds, body]): RunEvent => ({ ...body, time: new Date(at(seconds)).toISOString() }))
    .reduce(applyRunEvent, emptyRunState());
}

it('a run has taken nothing before it has begun, and the time up to now while somebody works on it', () => {
  expect(workedSeconds(fold([0, created]), at(5))).toBeNull();
  expect(workedSeconds(fold([0, created], [1, taken]), at(6))).toBe(5);
});

it('the time between an end and a retry, or a crash and a resume, is nobody’s', () => {
  const ended = fold([0, created], [0, taken], [90, over]);
  expect(workedSeconds(ended, null)).toBe(90);
  expect(workedSeconds(ended, at(5_000))).toBe(90);
  const retried = fold([0, created], [0, taken], [90, over], [86_400, { ...taken, purpose: 'retry' }]);
  expect(workedSeconds(retried, at(86_410))).toBe(100);
  const resumed = fold([0, created], [0, taken], [40, begun], [86_400, { ...taken, purpose: 'resume' }]);
  expect(workedSeconds(resumed, at(86_410))).toBe(50);
});

it('a run whose engine is gone is told up to its last word, and neither it nor its step is at work', () => {
  const state = fold([0, created], [0, taken], [10, begun], [40, { type: 'stop-requested', by: 'x', force: false }]);
  expect(workedSeconds(state, null)).toBe(40);
  expect(reportedUntil(state, false, at(9_000))).toBe(at(40));
  const context = { directory: '/a', now: new Date(at(9_000)), logPath: () => '/log' };
  expect(runStatusDocument(state, { ...context, owned: false })).toMatchObject({
    status: 'interrupted',
    steps: [{ status: 'interrupted', makespan_seconds: 30 }],
  });
  expect(runStatusDocument(state, { ...context, owned: true }).steps).toMatchObject([
    { status: 'running', makespan_seconds: 8_990 },
  ]);
});

const YEAR_MS = 365 * 86_400_000;

/** The events of an engine that notes what is done to its clock before it writes, and what the clock says in the end. */
function withSetClock(
  events: readonly RunEvent[],
  jumps: ReadonlyMap<number, number>,
  end: number,
): { events: RunEvent[]; now: number } {
  let passed = Date.parse(events[0]?.time ?? '');
  let set = 0;
  const clock = new SessionClock({ wall: () => passed + set, passed: () => passed });
  let told = 0;
  const written: RunEvent[] = [];
  const stamp = (): string => new Date(passed + set).toISOString();
  events.forEach((event, index) => {
    passed = Date.parse(event.time);
    set += jumps.get(index) ?? 0;
    const milliseconds = clock.ahead() - told;
    told += milliseconds;
    if (milliseconds !== 0) written.push({ type: 'clock-set', milliseconds, time: stamp() });
    written.push({ ...event, time: stamp() });
  });
  passed = end;
  return { events: written, now: passed + set };
}

it('a clock that is set by a year at any event changes no duration', () => {
  const steady = [
    ...stepBegins({ dispatch: 'queue', workers: 2, costs: [1, 2, 3, 4, 5, 6] }),
    ...handsOut(1, 0, [0]),
    ...handsOut(1, 1, [1]),
    completes(4, 0, 0),
    ...handsOut(4, 0, [2]),
    completes(7, 1, 1),
    ...handsOut(7, 1, [3]),
    completes(9, 0, 2),
  ];
  const endings: RunEvent[][] = [
    [],
    [eventAt(12, { type: 'step-ended', step: 1, status: 'stopped' }), eventAt(13, { ...over, status: 'stopped' })],
  ];
  const jump = fc.tuple(fc.integer({ min: 2, max: steady.length - 1 }), fc.constantFrom(YEAR_MS, -YEAR_MS, 3_600_000));
  fc.assert(
    fc.property(fc.array(jump, { minLength: 1, maxLength: 4 }), fc.constantFrom(...endings), (jumps, ending) => {
      const calm = [...steady, ...ending];
      const later = at(20);
      const seen = withSetClock(calm, new Map(jumps), later);
      const durations = (events: readonly RunEvent[], wall: number) => {
        const model = new ProgressModel();
        for (const event of events) model.apply(event);
        const { state } = model;
        const now = reportedUntil(state, ending.length === 0, wall);
        const view = model.view(now);
        const context = { directory: '/a', owned: ending.length === 0, now: new Date(wall), logPath: () => '/log' };
        const { steps, rate, eta_seconds } = runStatusDocument(state, context);
        return {
          worked: workedSeconds(state, now),
          taken: takenSeconds({ worked: listedTime(state, ending.length === 0), created: null, ended: null }, wall),
          view: [view?.elapsed, view?.rate, view?.eta],
          steps: steps.map(({ makespan_seconds, share_of_ideal, losses }) => [
            makespan_seconds,
            share_of_ideal,
            losses,
          ]),
          forecast: [rate, eta_seconds],
          ignored: state.ignored,
        };
      };
      expect(durations(seen.events, seen.now)).toEqual(durations(calm, later));
    }),
  );
});

it('a run that ended under a clock that was set says when by the time of day', () => {
  const state = fold([0, created], [0, taken], [5, { type: 'clock-set', milliseconds: YEAR_MS }], [9, over]);
  expect(state.ended).toBe(new Date(at(9)).toISOString());
});

it('what was noted of a run is told in a list, and the time of day where nothing was', () => {
  const [begin, end] = [new Date(at(0)).toISOString(), new Date(at(90)).toISOString()];
  expect(takenSeconds({ worked: { seconds: 7, begun: null }, created: begin, ended: end }, null)).toBe(7);
  expect(takenSeconds({ worked: { seconds: 7, begun: begin }, created: begin, ended: null }, at(3))).toBe(10);
  expect(takenSeconds({ worked: null, created: begin, ended: end }, at(500))).toBe(90);
  expect(takenSeconds({ worked: null, created: end, ended: begin }, null)).toBe(0);
  expect(takenSeconds({ worked: null, created: begin, ended: null }, null)).toBeNull();
});
