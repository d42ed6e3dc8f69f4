import { describe, expect, it } from 'vitest';
import { WorkerTimes } from '../../../../renderer/store/worker-times.ts';
import type { RunEventBody } from '../../../../shared/run/run-events.ts';

function timesOf(events: readonly [seconds: number, body: RunEventBody][]): WorkerTimes {
  const times = new WorkerTimes();
  for (const [seconds, body] of events) times.note({ ...body, time: new Date(seconds * 1000).toISOString() });
  return times;
}

const place = { step: 1, rank: 2 };
const begins = (log_offset: number): RunEventBody => ({
  type: 'dispatching',
  ...place,
  items: [0],
  log_offset,
  report_offset: 0,
});
const completes = (log_offset: number): RunEventBody => ({
  type: 'item-complete',
  ...place,
  item: 0,
  log_offset,
  seconds: 1,
  outputs: [],
});

describe('the times of a worker', () => {
  const times = timesOf([
    [10, begins(0)],
    [20, completes(500)],
    [21, begins(500)],
    [30, completes(900)],
  ]);

  it('say when its items ended', () => {
    expect(times.itemEnds(1, 2)).toEqual([20, 30]);
    expect(times.itemEnds(1, 0)).toEqual([]);
  });

  it.each([
    [0, 10],
    [499, 10],
    [500, 21],
    [899, 21],
    [5_000, 30],
  ])('say that byte %i was not written before %i', (offset, seconds) => {
    expect(times.notBefore(1, 2, offset)).toBe(seconds);
  });

  it('say nothing of a worker that is not known, and leave out offsets that go back', () => {
    expect(times.notBefore(1, 9, 0)).toBeNull();
    const damaged = timesOf([
      [10, begins(500)],
      [20, completes(100)],
    ]);
    expect(damaged.notBefore(1, 2, 600)).toBe(10);
    expect(damaged.notBefore(1, 2, 10)).toBeNull();
  });
});
