import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { DeviceRef } from '../../../../shared/device.ts';
import {
  type DeviceHold,
  inOrder,
  movedPositions,
  neighbouringPlace,
  planQueue,
  type QueuedRun,
} from '../../../../shared/run/device-queue.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const HOUR = 3_600;

function gpu(index: number): DeviceRef {
  return { kind: 'nvidia', index, uuid: `GPU-${index}`, name: 'a card' };
}

/** A run that waits; its place is its name's. */
function waiting(run: string, devices: number[], more: Partial<QueuedRun> = {}): QueuedRun {
  const refs = devices.map(gpu);
  return {
    run,
    user: null,
    position: NOW - 1_000,
    devices: refs,
    count: refs.length,
    predicted_seconds: HOUR,
    ...more,
  };
}

/** A hold of a device by another run, until so many seconds from now. */
function held(index: number, seconds: number | null = null): DeviceHold {
  return { device: gpu(index), why: 'used by run X', until: seconds === null ? null : NOW + seconds * 1_000 };
}

/** The numbers of the devices on which each run may start; null for one that has to wait. */
function starts(queue: QueuedRun[], holds: DeviceHold[] = []): Record<string, number[] | null> {
  const verdicts = planQueue(queue, () => holds, NOW);
  return Object.fromEntries(verdicts.map(({ run, start }) => [run, start?.map(({ index }) => index) ?? null]));
}

describe('the plan of the queue', () => {
  it('starts the first run on devices that nobody has', () => {
    expect(starts([waiting('a', [0, 1])])).toEqual({ a: [0, 1] });
    expect(starts([waiting('a', [0, 1])], [held(1)])).toEqual({ a: null });
  });

  it('takes any so many of the devices, and the free ones', () => {
    expect(starts([waiting('a', [0, 1, 2], { count: 1 })], [held(0)])).toEqual({ a: [1] });
    expect(starts([waiting('a', [0, 1, 2], { count: 2 })], [held(0)])).toEqual({ a: [1, 2] });
  });

  it('leaves a device to a run that can do with no other one', () => {
    expect(starts([waiting('a', [0, 1], { count: 1 }), waiting('b', [0])])).toEqual({ a: [1], b: [0] });
  });

  it('keeps the order of two runs that want the same device', () => {
    expect(starts([waiting('b', [0]), waiting('a', [0])])).toEqual({ a: [0], b: null });
    expect(starts([waiting('b', [0], { position: NOW - 9_000 }), waiting('a', [0])])).toEqual({ b: [0], a: null });
  });

  it('lets a run pass that is done before a larger one can begin', () => {
    const large = waiting('a', [0, 1]);
    const short = waiting('b', [0], { predicted_seconds: 600 });
    expect(starts([large, short], [held(1, 1_000)])).toEqual({ a: null, b: [0] });
  });

  it('lets no run pass that would delay a larger one', () => {
    const large = waiting('a', [0, 1]);
    expect(starts([large, waiting('b', [0])], [held(1, 1_000)])).toEqual({ a: null, b: null });
    expect(starts([large, waiting('b', [0], { predicted_seconds: null })], [held(1, 1_000)])).toEqual({
      a: null,
      b: null,
    });
    expect(starts([large, waiting('b', [0], { predicted_seconds: 1 })], [held(1)])).toEqual({ a: null, b: null });
  });

  it('takes the end of a run that is late for unknown', () => {
    const [verdict] = planQueue([waiting('a', [0])], () => [held(0, -60)], NOW);
    expect(verdict).toMatchObject({ start: null, expected: null });
  });

  it('says what a run waits for and when it is expected to start', () => {
    const verdicts = planQueue([waiting('a', [0]), waiting('b', [0])], () => [held(0, 600)], NOW);
    expect(verdicts.map(({ waits }) => waits)).toEqual([['GPU 0 is used by run X'], ['GPU 0 is used by run X']]);
    expect(verdicts.map(({ expected }) => expected)).toEqual([NOW + 600_000, NOW + 600_000 + HOUR * 1_000]);
    const kept = planQueue([waiting('a', [0, 1]), waiting('b', [0])], () => [held(1, 600)], NOW);
    expect(kept[1]?.waits[0]).toMatch(
      /^GPU 0 is kept for run a, which is before it in the queue from about \d\d:\d\d:\d\d$/,
    );
  });

  test('never gives one device to two runs, and no run that passes delays one before it', () => {
    const aRun = fc.record({
      devices: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      count: fc.integer({ min: 1, max: 4 }),
      predicted_seconds: fc.option(fc.integer({ min: 1, max: 5_000 })),
      position: fc.integer({ min: 1, max: 5 }),
    });
    const aHold = fc.record({
      index: fc.integer({ min: 0, max: 3 }),
      seconds: fc.option(fc.integer({ min: -10, max: 5_000 })),
    });
    fc.assert(
      fc.property(fc.array(aRun, { maxLength: 6 }), fc.array(aHold, { maxLength: 4 }), (runs, given) => {
        const holds = given.map(({ index, seconds }) => held(index, seconds));
        const queue = inOrder(
          runs.map(({ devices, count, ...rest }, index) =>
            waiting(`run${index}`, devices, { ...rest, count: Math.min(count, devices.length) }),
          ),
        );
        const verdicts = planQueue(queue, () => holds, NOW);
        const begun = verdicts.flatMap(({ start }) => start ?? []).map(({ index }) => index);
        expect(new Set(begun).size).toBe(begun.length);
        expect(begun.filter((index) => holds.some(({ device }) => device.index === index))).toEqual([]);
        // Without the runs behind it, no run would be expected earlier.
        for (const [place, verdict] of verdicts.entries()) {
          const alone = planQueue(queue.slice(0, place + 1), () => holds, NOW).at(-1);
          expect(verdict.expected ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
            alone?.expected ?? Number.POSITIVE_INFINITY,
          );
        }
      }),
    );
  });
});

describe('a move in the queue', () => {
  const queue = ['a', 'b', 'c'].map((run, index) => ({ run, position: index * 10 }));

  function orderAfter(run: string, to: Parameters<typeof movedPositions>[2]): string {
    const moved = movedPositions(queue, run, to) ?? new Map<string, number>();
    return inOrder(queue.map((one) => ({ ...one, position: moved.get(one.run) ?? one.position })))
      .map((one) => one.run)
      .join('');
  }

  it.each([
    ['c', 'first', 'cab'],
    ['a', 'last', 'bca'],
    ['c', { before: 'b' }, 'acb'],
    ['a', { before: 'c' }, 'bac'],
    ['b', { before: 'c' }, 'abc'],
  ] as const)('of %s to %j makes the order %s', (run, to, order) => {
    expect(orderAfter(run, to)).toBe(order);
  });

  it('shares out the same places, so that others neither win nor lose one', () => {
    expect(Object.fromEntries(movedPositions(queue, 'c', 'first') ?? [])).toEqual({ a: 10, b: 20, c: 0 });
  });

  it('is none before a run that does not wait', () => {
    expect(movedPositions(queue, 'a', { before: 'x' })).toBeNull();
    expect(movedPositions(queue, 'x', 'first')).toBeNull();
  });

  it('parts runs that were queued in one millisecond', () => {
    const same = ['a', 'b'].map((run) => ({ run, position: 5 }));
    const moved = movedPositions(same, 'b', 'first') ?? new Map<string, number>();
    expect((moved.get('b') ?? 5) < (moved.get('a') ?? 5)).toBe(true);
  });

  it.each([
    ['a', -1, null],
    ['b', -1, { before: 'a' }],
    ['c', -1, { before: 'b' }],
    ['a', 1, { before: 'c' }],
    ['b', 1, 'last'],
    ['c', 1, null],
    ['x', 1, null],
  ] as const)('of %s by %i place goes to %j', (run, by, place) => {
    expect(neighbouringPlace(queue, run, by)).toEqual(place);
  });
});
