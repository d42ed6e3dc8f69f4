import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceInWords, rankBars } from '../../../../renderer/launch/rank-bars.ts';
import type { Plan } from '../../../../shared/contract/launch.ts';
import { cpuSlot } from './devices.ts';

describe('rankBars', () => {
  it('stacks every item once, whatever their number, as long as its cost', () => {
    const costs = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 200 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(costs, (ranks) => {
        const plan = planOf(ranks);
        const longest = Math.max(1, ...plan.ranks.map(({ load }) => load));
        for (const { rank, parts } of rankBars(plan)) {
          expect(parts.reduce((sum, { items }) => sum + items, 0)).toBe(rank.items.length);
          expect(parts.reduce((sum, { length }) => sum + length, 0)).toBeCloseTo(rank.load / longest);
          for (const [index, part] of parts.entries()) {
            const before = parts[index - 1];
            expect(part.from).toBeCloseTo(before === undefined ? 0 : before.from + before.length);
          }
          expect(parts.length).toBeLessThanOrEqual(60);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('draws nothing where nothing costs anything', () => {
    expect(rankBars(planOf([[0, 0], []])).map(({ parts }) => parts)).toEqual([[], []]);
  });
});

describe('balanceInWords', () => {
  it('tells how far it is from the best possible', () => {
    const plan = planOf([[3, 2], [5]]);
    expect([1, 1.004, 1.9].map((imbalance) => balanceInWords({ ...plan, imbalance }))).toEqual([
      'costs are perfectly even',
      '0.4 % above the most even costs',
      '90 % above the most even costs',
    ]);
  });

  it('does not call it balanced when one file outlasts all others', () => {
    expect(balanceInWords({ ...planOf([[9], [2, 3]]), imbalance: 1 })).toBe('costs are as even as these files allow');
  });
});

function planOf(ranks: number[][]): Plan {
  return {
    left_out: [],
    notices: [],
    items: ranks.flat().length,
    cost: total(ranks.flat()),
    lower_bound: 1,
    imbalance: 1,
    predicted_seconds: null,
    ranks: ranks.map((costs, rank) => ({
      rank,
      device: cpuSlot(rank),
      load: total(costs),
      items: costs.map((cost, index) => ({ file: `/${index}`, cost })),
    })),
  };
}

function total(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0);
}
