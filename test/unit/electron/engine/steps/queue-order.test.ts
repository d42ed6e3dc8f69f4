import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueueOrder } from '../../../../../electron/engine/steps/queue-order.ts';
import { lognormal } from '../../../../helpers/lognormal.ts';
import { simulateQueue } from '../../../../helpers/simulate-queue.ts';

function drain(order: QueueOrder): number[] {
  const items: number[] = [];
  for (let item = order.take(); item !== null; item = order.take()) items.push(item);
  return items;
}

describe('the queue', () => {
  test('hands out the longest item first, equal ones by number', () => {
    expect(drain(new QueueOrder([1, 5, 0, 5, 3]))).toEqual([1, 3, 4, 0, 2]);
  });

  test('of many items lets four smaller ones go before their turn, which tell what an item takes whatever its size', () => {
    const costs = Array.from({ length: 100 }, (_, item) => item + 1);
    const order = new QueueOrder(costs);
    const first = Array.from({ length: 12 }, () => order.take());
    expect(first).toEqual([99, 25, 98, 60, 97, 96, 10, 95, 94, 40, 93, 92]);
    const others = drain(order);
    expect(others).toEqual(others.toSorted((a, b) => b - a));
    expect(new Set([...first, ...others]).size).toBe(100);
  });

  test('lets none go before its turn where all cost about the same', () => {
    const costs = Array.from({ length: 100 }, (_, item) => 100 - item / 10);
    expect(drain(new QueueOrder(costs))).toEqual([...costs.keys()]);
  });

  test('does not hand out a small item of the first ones that was removed', () => {
    const order = new QueueOrder(Array.from({ length: 100 }, (_, item) => item + 1));
    order.remove(25);
    expect([order.take(), order.take(), order.take()]).toEqual([99, 98, 97]);
  });

  test('holds only the items it was given', () => {
    const order = new QueueOrder([1, 5, 0, 5, 3], [4, 0]);
    expect(order.size).toBe(2);
    expect(order.has(1)).toBe(false);
    expect(drain(order)).toEqual([4, 0]);
    expect(order.size).toBe(0);
  });

  test('takes an item back at its place', () => {
    const order = new QueueOrder([4, 3, 2, 1]);
    expect([order.take(), order.take(), order.take()]).toEqual([0, 1, 2]);
    order.giveBack(1);
    order.giveBack(1);
    expect(drain(order)).toEqual([1, 3]);
  });

  test('does not hand out what was removed, until it is given back', () => {
    const order = new QueueOrder([4, 3, 2, 1]);
    expect([order.remove(0), order.remove(0), order.remove(2)]).toEqual([true, false, true]);
    expect(order.size).toBe(2);
    order.giveBack(2);
    expect(drain(order)).toEqual([1, 2, 3]);
  });

  test('refuses an item that does not exist', () => {
    expect(() => new QueueOrder([1, 2]).giveBack(2)).toThrow(RangeError);
  });

  test('does what a sorted list does, for any sequence of calls', () => {
    const step = fc.record({ call: fc.constantFrom('take', 'giveBack', 'remove'), item: fc.nat(7) });
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), fc.array(step), (costs, steps) => {
        const order = new QueueOrder(costs);
        const model = new SortedList(costs);
        const played = steps.map(({ call, item }) => [play(order, call, item), order.size, order.has(item)]);
        const expected = steps.map(({ call, item }) => [play(model, call, item), model.size, model.has(item)]);
        expect(played).toEqual(expected);
      }),
    );
  });
});

type Queue = Pick<QueueOrder, 'take' | 'giveBack' | 'remove' | 'has' | 'size'>;

function play(queue: Queue, call: 'take' | 'giveBack' | 'remove', item: number): unknown {
  return call === 'take' ? queue.take() : queue[call](item);
}

/** The queue as simply as it can be said. */
class SortedList implements Queue {
  readonly #costs: readonly number[];
  readonly #pending: Set<number>;

  constructor(costs: readonly number[]) {
    this.#costs = costs;
    this.#pending = new Set(costs.keys());
  }

  get size(): number {
    return this.#pending.size;
  }

  has(item: number): boolean {
    return this.#pending.has(item);
  }

  take(): number | null {
    const byNumber = [...this.#pending].toSorted((a, b) => a - b);
    const [first] = byNumber.toSorted((a, b) => (this.#costs[b] ?? 0) - (this.#costs[a] ?? 0));
    if (first !== undefined) this.#pending.delete(first);
    return first ?? null;
  }

  giveBack(item: number): void {
    this.#pending.add(item);
  }

  remove(item: number): boolean {
    return this.#pending.delete(item);
  }
}

describe('a run of the queue', () => {
  test('with costs off by 0.3 and one slot half as fast ends within 2 % of the bound', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const durations = lognormal(2000, 1, seed);
      const errors = lognormal(2000, 0.3, seed + 100);
      const estimates = durations.map((duration, item) => duration * (errors[item] ?? 1));
      const run = simulateQueue({ estimates, durations, speeds: [1, 1, 1, 1, 1, 1, 1, 0.5] });
      expect(run.makespan / run.lowerBound).toBeLessThanOrEqual(1.02);
      expect(run.makespan / run.lowerBound).toBeGreaterThanOrEqual(1);
      expect(new Set(run.ranks.flat()).size).toBe(2000);
    }
  });
});
