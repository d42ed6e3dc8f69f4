import { expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from '../../../shared/run-events.ts';
import { applyRunEvent, emptyRunState, type RunState } from '../../../shared/run-state.ts';
import { runStatusDocument } from '../../../shared/run-status.ts';
import { toldUntil, workedSeconds } from '../../../shared/run-time.ts';

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
  expect(toldUntil(state, false, at(9_000))).toBe(at(40));
  const context = { directory: '/a', now: new Date(at(9_000)), logPath: () => '/log' };
  expect(runStatusDocument(state, { ...context, owned: false })).toMatchObject({
    status: 'interrupted',
    steps: [{ status: 'interrupted', makespan_seconds: 30 }],
  });
  expect(runStatusDocument(state, { ...context, owned: true }).steps).toMatchObject([
    { status: 'running', makespan_seconds: 8_990 },
  ]);
});
