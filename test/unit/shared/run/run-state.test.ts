import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEvent } from '../../../../electron/engine/run-directory/read-journal.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent, hasEnded, totalCounts } from '../../../../shared/run/run-state.ts';
import { contradictions, legalJournal } from '../../../helpers/legal-journal.ts';
import { plainState } from '../../../helpers/plain-items.ts';

const CREATED: RunEvent = {
  type: 'run-created',
  time: '2026-11-21T05:15:00.000Z',
  run: '20261121-051500-123-k3f9',
  pipeline: 'shout',
  name: null,
  steps: [
    { name: 'shout', dispatch: 'each' },
    { name: 'whisper', dispatch: 'each' },
  ],
};

function fold(events: readonly RunEvent[]): RunState {
  return events.reduce(applyRunEvent, emptyRunState());
}

test('every prefix of a legal journal folds to a legal state, and no event of it is ignored', () => {
  fc.assert(
    fc.property(legalJournal, ({ events }) => {
      const state = emptyRunState();
      for (const event of events) {
        applyRunEvent(state, event);
        expect(contradictions(state)).toEqual([]);
      }
      expect(state.ignored).toBe(0);
    }),
  );
});

test('the fold of a legal journal shows what has happened to every item and worker', () => {
  fc.assert(
    fc.property(legalJournal, ({ events, itemStatuses, attempts, starts }) => {
      const [step] = fold(events).steps;
      expect([...(step?.items ?? [])].map(({ status }) => status)).toEqual(itemStatuses);
      expect([...(step?.items ?? [])].map((item) => item.attempts)).toEqual(attempts);
      expect(step?.workers.map((worker) => worker.starts)).toEqual(starts);
    }),
  );
});

test('events repeated, lost, swapped or about things that are not there never lead to an illegal state', () => {
  const damaged = legalJournal.chain(({ events }) =>
    fc.record({
      events: fc.constant(events),
      more: fc.array(fc.constantFrom(...events).chain(withOtherNumbers), { maxLength: 40 }),
    }),
  );
  fc.assert(
    fc.property(damaged, ({ events, more }) => {
      const state = fold(events);
      for (const event of more) {
        applyRunEvent(state, event);
        expect(contradictions(state)).toEqual([]);
      }
    }),
  );
});

/** Now and then another step, rank or item than was meant. */
function withOtherNumbers(event: RunEvent): fc.Arbitrary<RunEvent> {
  const number = fc.integer({ min: 0, max: 9 });
  return fc.record({ change: fc.integer({ min: 0, max: 3 }), number }).map(({ change, number: value }) => {
    const changed = JSON.parse(JSON.stringify(event), (key, found: unknown) =>
      (change === 1 && key === 'rank') || (change === 2 && key === 'item') || (change === 3 && key === 'step')
        ? value
        : found,
    );
    return changed as RunEvent;
  });
}

test('lines that are garbage are no events, and everything else is folded without an exception', () => {
  const damaged = legalJournal.chain(({ events }) =>
    fc.record({
      events: fc.constant(events),
      lines: fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...events).chain(withOtherValue)), {
        maxLength: 40,
      }),
    }),
  );
  fc.assert(
    fc.property(damaged, ({ events, lines }) => {
      const state = fold(events);
      for (const line of lines) {
        const event = parseEvent(line);
        if (event !== null) applyRunEvent(state, event);
        expect(contradictions(state)).toEqual([]);
      }
    }),
  );
});

/** The event's line with one value replaced by any other. */
function withOtherValue(event: RunEvent): fc.Arbitrary<string> {
  return fc
    .record({ key: fc.constantFrom(...Object.keys(event)), value: fc.jsonValue() })
    .map(({ key, value }) => JSON.stringify({ ...event, [key]: value }));
}

test('an event of a type that is not known, as of a newer version, is ignored and counted', () => {
  const strange = { type: 'worker-promoted', time: CREATED.time, step: 1, rank: 0 } as unknown as RunEvent;
  const state = fold([CREATED, strange]);
  expect(plainState(state)).toEqual(plainState({ ...fold([CREATED]), events: 2, ignored: 1 }));
});

test('nothing before the creation of the run counts', () => {
  const state = fold([{ type: 'owner-taken', time: CREATED.time, purpose: 'run', pid: 1, host: 'box' }]);
  expect(state).toEqual({ ...emptyRunState(), events: 1, ignored: 1 });
});

test('items of all steps are added up', () => {
  const items = (step: number): RunEvent => ({
    type: 'items',
    time: CREATED.time,
    step,
    items: [{ item: 0, file: '/a', size: 1, mtime_ms: 1, cost: 1, relative_dir: '', origin: '/a' }],
  });
  expect(totalCounts(fold([CREATED, items(1), items(2)]))).toMatchObject({ total: 2, pending: 2 });
});

test('a stop that was asked for is over when a new owner goes on with the run', () => {
  const state = fold([
    CREATED,
    { type: 'owner-taken', time: CREATED.time, purpose: 'run', pid: 1, host: 'box' },
    { type: 'stop-requested', time: CREATED.time, by: 'a person', force: false },
  ]);
  expect(state.status).toBe('stopping');
  const counts = totalCounts(state);
  applyRunEvent(state, { type: 'run-ended', time: CREATED.time, status: 'stopped', items: counts });
  expect(hasEnded(state)).toBe(true);
  applyRunEvent(state, { type: 'owner-taken', time: CREATED.time, purpose: 'resume', pid: 2, host: 'box' });
  expect(state).toMatchObject({ status: 'running', stop: null, ended: null });
  expect(state.interventions.map(({ what }) => what)).toEqual(['stop by a person', 'resume']);
});

test('a worker waits until it is started, and a device that left has left until it returns or the step begins anew', () => {
  const device = { kind: 'cpu' as const, index: 0, uuid: null, name: 'CPU' };
  const at = { time: 't', step: 1, rank: 0 };
  const begin: RunEvent = { type: 'step-started', time: 't', step: 1, devices: [device] };
  const waits: RunEvent = { type: 'worker-waiting', ...at, start: 1, reason: 'waiting 8 s', until: null };
  const left: RunEvent = { type: 'device-left', ...at, device, reason: 'gone' };
  const offsets = { log_offset: 0, report_offset: 0 };
  const starts: RunEvent = { type: 'worker-starting', ...at, start: 1, device, fifo: null, reason: null, ...offsets };
  const worker = (...events: RunEvent[]) => fold([CREATED, begin, ...events]).steps[0]?.workers[0];
  expect(worker(waits)?.waiting).toEqual({ reason: 'waiting 8 s', until: null });
  expect(worker(waits, starts)?.waiting).toBeNull();
  expect(worker(starts, waits)?.waiting).toBeNull();
  expect(worker(waits, left)).toMatchObject({ waiting: null, left: { reason: 'gone', since: 't' } });
  expect(worker(left, { type: 'device-returned', ...at, device, reason: 'back' })?.left).toBeNull();
  expect(worker(left, begin)?.left).toBeNull();
});
