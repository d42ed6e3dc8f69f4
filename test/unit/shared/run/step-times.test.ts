import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type StepState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';
import { stepUse } from '../../../../shared/run/step-times.ts';
import { completes, eventAt, fails, handsOut, RECORDED_START, stepBegins } from '../../../helpers/recorded-run.ts';

const at = (seconds: number): number => RECORDED_START + seconds * 1000;
const ended = (seconds: number): RunEvent => eventAt(seconds, { type: 'step-ended', step: 1, status: 'completed' });
const taken = (seconds: number): RunEvent =>
  eventAt(seconds, { type: 'owner-taken', purpose: 'resume', pid: 2, host: 'box' });

function begins(seconds: number, workers = 2): RunEvent {
  const devices = Array.from({ length: workers }, (_, index) => ({
    kind: 'cpu' as const,
    index,
    uuid: null,
    name: 'P',
  }));
  return eventAt(seconds, { type: 'step-started', step: 1, devices });
}

/** An item that took so long, by the worker's own word about its beginning. */
function done(seconds: number, rank: number, item: number, took: number): RunEvent {
  return { ...completes(seconds, rank, item), seconds: took } as RunEvent;
}

function fold(events: RunEvent[]): StepState {
  const [step] = events.reduce(applyRunEvent, emptyRunState()).steps;
  if (step === undefined) throw new Error('the run has no step');
  return step;
}

const queueOfTwo = stepBegins({ dispatch: 'queue', workers: 2, costs: [4, 4, 4, 4] });

describe('the use of a step’s workers', () => {
  it('is 1 when every rank worked all the time', () => {
    const step = fold([
      ...stepBegins({ dispatch: 'each', workers: 2, costs: [1, 1] }),
      ...handsOut(0, 0, [0]),
      ...handsOut(0, 1, [1]),
      done(10, 0, 0, 10),
      done(10, 1, 1, 10),
      ended(10),
    ]);
    expect(stepUse(step, at(99))).toEqual({ makespan: 10, share: 1, load: 0, imbalance: 0, waiting: 0 });
  });

  it('tells the load of the model, imbalance and waiting apart', () => {
    const step = fold([
      ...queueOfTwo,
      ...handsOut(1, 0, [0]),
      ...handsOut(1, 1, [1]),
      // Both loaded until second 3; rank 1 then waits two seconds for its next item, and rank 0 has nothing to do from second 6 on.
      done(6, 0, 0, 3),
      done(4, 1, 1, 1),
      ...handsOut(6, 1, [2]),
      done(10, 1, 2, 4),
      ended(10),
    ]);
    expect(stepUse(step, at(99))).toEqual({
      makespan: 10,
      share: 8 / 20,
      load: 6 / 20,
      imbalance: 4 / 20,
      waiting: expect.closeTo(2 / 20, 10) as number,
    });
  });

  it('counts failed attempts and what was taken back as work, and the engine’s time at the end as waiting', () => {
    const step = fold([
      ...stepBegins({ dispatch: 'each', workers: 1, costs: [1, 1] }),
      ...handsOut(0, 0, [0]),
      { ...fails(4, 0, 0, false), seconds: 4 } as RunEvent,
      ...handsOut(4, 0, [0]),
      eventAt(7, { type: 'items-released', step: 1, items: [0], reason: 'the run was stopped' }),
      ended(10),
    ]);
    expect(stepUse(step, at(99))).toMatchObject({ makespan: 10, share: 0.7, imbalance: 0 });
    expect(stepUse(step, at(99)).waiting).toBeCloseTo(0.3, 10);
  });

  it('leaves out the time between an engine that died and the next one', () => {
    const step = fold([
      ...stepBegins({ dispatch: 'each', workers: 1, costs: [1, 1] }),
      ...handsOut(0, 0, [0]),
      done(5, 0, 0, 5),
      ...handsOut(5, 0, [1]),
      // Nothing more is heard of the first engine.
      taken(100_000),
      begins(100_001, 1),
      done(100_006, 0, 1, 5),
      ended(100_006),
    ]);
    expect(stepUse(step, at(200_000))).toMatchObject({ makespan: 10, share: 1 });
  });

  it('counts what is under way up to now', () => {
    const step = fold([
      ...stepBegins({ dispatch: 'each', workers: 2, costs: [1, 1] }),
      ...handsOut(0, 0, [0]),
      ...handsOut(0, 1, [1]),
      done(5, 1, 1, 5),
    ]);
    expect(stepUse(step, at(10))).toMatchObject({ makespan: 10, share: 0.75, imbalance: 0.25 });
    expect(stepUse(step, at(20))).toMatchObject({ makespan: 20, share: 25 / 40 });
  });

  it('is not known before anything ran', () => {
    const [created] = queueOfTwo;
    if (created === undefined) throw new Error('no events');
    expect(stepUse(fold([created]), at(5))).toMatchObject({ makespan: null, share: null });
  });

  it('has parts that are never negative and add up to all, whatever the journal says', () => {
    const event = fc.oneof(
      fc.tuple(fc.nat(1), fc.nat(3)).map(
        ([rank, item]) =>
          (t: number) =>
            handsOut(t, rank, [item]),
      ),
      fc.tuple(fc.nat(1), fc.nat(3), fc.nat(9)).map(([rank, item, took]) => (t: number) => [done(t, rank, item, took)]),
      fc
        .nat(3)
        .map((item) => (t: number) => [eventAt(t, { type: 'items-released', step: 1, items: [item], reason: 'x' })]),
      fc.constant((t: number) => [taken(t)]),
      fc.constant((t: number) => [ended(t)]),
      fc.integer({ min: 1, max: 3 }).map((workers) => (t: number) => [begins(t, workers)]),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), event), { maxLength: 30 }), fc.nat(50), (parts, later) => {
        let now = 0;
        const events = parts.flatMap(([gap, make]) => make((now += gap)));
        const { share, load, imbalance, waiting } = stepUse(fold([...queueOfTwo, ...events]), at(now + later));
        for (const part of [share ?? 0, load, imbalance, waiting]) expect(part).toBeGreaterThanOrEqual(0);
        expect(share === null ? 1 : share + load + imbalance + waiting).toBeCloseTo(1, 9);
      }),
    );
  });
});
