import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, packLongestFirst, packRoundRobin } from '../../../../../electron/engine/assignment/assign.ts';
import { latestEnd } from '../../../../../electron/engine/assignment/assignment.ts';
import { improve } from '../../../../../electron/engine/assignment/improve.ts';
import { lognormal } from '../../../../helpers/lognormal.ts';

const equal = (count: number): number[] => Array.from({ length: count }, () => 1);
/** A clock that stands still, so that improvement goes on until nothing helps. */
const frozen = { now: () => 0 };

const costs = fc.array(fc.oneof(fc.nat(20), fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true })), {
  maxLength: 60,
});
const speeds = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 9 });

/** The best that is possible, by trying everything: for a few items only. */
function optimum(list: readonly number[], rates: readonly number[]): number {
  const loads = rates.map(() => 0);
  let best = Infinity;
  const place = (item: number): void => {
    if (item === list.length) {
      best = Math.min(best, latestEnd(loads, rates));
      return;
    }
    for (let rank = 0; rank < rates.length; rank++) {
      const before = loads[rank] ?? 0;
      loads[rank] = before + (list[item] ?? 0);
      place(item + 1);
      loads[rank] = before;
    }
  };
  place(0);
  return best;
}

describe('an assignment', () => {
  test('holds every item exactly once, each rank largest first, and its loads are the sums of the costs', () => {
    fc.assert(
      fc.property(costs, speeds, (list, rates) => {
        const { ranks, loads } = assign(list, rates, frozen);
        expect(ranks.flat().toSorted((a, b) => a - b)).toEqual(list.map((_, item) => item));
        expect(loads).toEqual(ranks.map((items) => items.reduce((sum, item) => sum + (list[item] ?? 0), 0)));
        for (const items of ranks) {
          const own = items.map((item) => list[item] ?? 0);
          expect(own).toEqual(own.toSorted((a, b) => b - a));
        }
      }),
    );
  });

  test('is never worse than round-robin, nor than longest-first without improvement', () => {
    fc.assert(
      fc.property(costs, speeds, (list, rates) => {
        const { loads } = assign(list, rates, frozen);
        const roundRobin = rates.map((_, rank) =>
          list.reduce((sum, cost, item) => (item % rates.length === rank ? sum + cost : sum), 0),
        );
        const rounding = 1 + 1e-9;
        expect(latestEnd(loads, rates)).toBeLessThanOrEqual(latestEnd(roundRobin, rates) * rounding);
        const packed = packLongestFirst(list, rates).loads;
        expect(latestEnd(loads, rates)).toBeLessThanOrEqual(latestEnd(packed, rates) * rounding);
      }),
    );
  });

  test('to m equal devices ends within 4/3 - 1/(3m) of the best that is possible', () => {
    const few = fc.array(fc.nat(50), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 3 }), (list, count) => {
        const { loads } = assign(list, equal(count), frozen);
        const bound = optimum(list, equal(count)) * (4 / 3 - 1 / (3 * count));
        expect(latestEnd(loads, equal(count))).toBeLessThanOrEqual(bound + 1e-9);
      }),
    );
  });

  test('names a lower bound that even the best does not undercut', () => {
    const few = fc.array(fc.nat(50), { maxLength: 7 });
    const rates = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(few, rates, (list, fast) => {
        const { lowerBound, imbalance, loads } = assign(list, fast, frozen);
        expect(lowerBound).toBeLessThanOrEqual(optimum(list, fast) + 1e-9);
        expect(imbalance).toBeCloseTo(lowerBound > 0 ? latestEnd(loads, fast) / lowerBound : 1, 9);
      }),
    );
  });

  test('is the same for the same input, and equal costs go by item and rank number', () => {
    fc.assert(
      fc.property(costs, speeds, (list, rates) => {
        expect(assign(list, rates, frozen)).toEqual(assign([...list], [...rates], frozen));
      }),
    );
    expect(assign([5, 5, 5, 5, 5], equal(2)).ranks).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
  });

  test('of one item or of fewer items than devices leaves the other devices empty', () => {
    expect(assign([7], equal(3))).toEqual({ ranks: [[0], [], []], loads: [7, 0, 0], lowerBound: 7, imbalance: 1 });
    expect(assign([1, 9], equal(3)).ranks).toEqual([[1], [0], []]);
    expect(assign([], equal(2))).toEqual({ ranks: [[], []], loads: [0, 0], lowerBound: 0, imbalance: 1 });
  });

  test('gives one item to the device that ends it first', () => {
    expect(assign([7], [1, 3, 2])).toMatchObject({ ranks: [[], [0], []], imbalance: 1 });
  });

  test('spreads items that cost nothing evenly by count', () => {
    const { ranks, imbalance } = assign(new Float64Array(10), equal(4));
    expect(ranks.map((items) => items.length)).toEqual([3, 3, 2, 2]);
    expect(imbalance).toBe(1);
    const beside = assign([100, ...new Float64Array(9)], equal(3));
    expect(beside.ranks.map((items) => items.length)).toEqual([4, 3, 3]);
  });

  test('of 2,000 uneven items to 8 equal devices is within 0.5 % of the bound, of 100 items within 1 %', () => {
    for (let seed = 1; seed <= 5; seed++) {
      expect(assign(lognormal(2000, 1, seed), equal(8), frozen).imbalance).toBeLessThanOrEqual(1.005);
      expect(assign(lognormal(100, 1, seed), equal(8), frozen).imbalance).toBeLessThanOrEqual(1.01);
    }
  });

  test('of 100,000 items holds all of them and is nearly even', () => {
    const { ranks, imbalance } = assign(lognormal(100_000, 1, 1), equal(8), frozen);
    expect(new Set(ranks.flat()).size).toBe(100_000);
    expect(imbalance).toBeLessThanOrEqual(1.001);
  });

  test('uses what is known of the speeds', () => {
    const { loads, imbalance } = assign(lognormal(2000, 1, 1), [1, 1, 0.5], frozen);
    expect(imbalance).toBeLessThanOrEqual(1.005);
    expect((loads[2] ?? 0) / (loads[0] ?? 1)).toBeCloseTo(0.5, 2);
  });
});

describe('improvement', () => {
  test('finds the even split that longest-first misses', () => {
    const list = [3, 3, 2, 2, 2];
    expect(packLongestFirst(list, equal(2)).loads).toEqual([7, 5]);
    expect(assign(list, equal(2), frozen).loads).toEqual([6, 6]);
  });

  test('keeps to its budget by the clock it is given', () => {
    let reads = 0;
    const clock = (): number => reads++ * 60;
    const start = packRoundRobin(lognormal(500, 2, 3), equal(4));
    const cut = improve(start, lognormal(500, 2, 3), equal(4), { budgetMs: 100, now: clock });
    expect(reads).toBe(3);
    expect(cut.imbalance).toBeLessThan(start.imbalance);
  });

  test('leaves an assignment as it is when the budget is nothing', () => {
    const start = packRoundRobin([1, 2, 3, 4, 9], equal(2));
    expect(improve(start, [1, 2, 3, 4, 9], equal(2), { budgetMs: 0, now: () => 0 })).toBe(start);
  });
});
