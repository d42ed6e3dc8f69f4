import { type Assignment, longestFirst } from './assignment.ts';
import { type ImprovementBudget, improve } from './improve.ts';
import { packLongestFirst } from './pack-longest-first.ts';
import { packRoundRobin } from './pack-round-robin.ts';

/**
 * The assignment that a step begins with: longest first, improved, and never worse than round-robin, which by chance can be better.
 * @param costs one per item, 0 or more
 * @param speeds one per rank, above 0
 */
export function assign(
  costs: ArrayLike<number>,
  speeds: readonly number[],
  budget: ImprovementBudget = {},
): Assignment {
  const order = longestFirst(costs);
  const packed = improve(packLongestFirst(costs, speeds, order), costs, speeds, budget);
  const roundRobin = packRoundRobin(costs, speeds, order);
  return roundRobin.imbalance < packed.imbalance ? roundRobin : packed;
}
