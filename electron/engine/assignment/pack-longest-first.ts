import { type Assignment, costOf, longestFirst, makeAssignment, speedOf } from './assignment.ts';
import { lowerBound } from './lower-bound.ts';

/**
 * Longest-processing-time packing (Graham 1969): the items by cost, largest first, each to the rank that would end it first. Ranks differ
 * in speed; among equals the lowest takes it. Items that cost nothing go round the ranks, so that none gets them all.
 * @param speeds one per rank, above 0, in any unit: cost per time
 * @param order the items, largest first, where the caller has sorted them
 */
export function packLongestFirst(
  costs: ArrayLike<number>,
  speeds: readonly number[],
  order: Uint32Array = longestFirst(costs),
): Assignment {
  const ranks: number[][] = speeds.map(() => []);
  const loads = new Float64Array(speeds.length);
  let free = 0;
  for (const item of order) {
    const cost = costOf(costs, item);
    const rank = cost > 0 ? earliestEnd(loads, speeds, cost) : free++ % speeds.length;
    ranks[rank]?.push(item);
    loads[rank] = (loads[rank] ?? 0) + cost;
  }
  return makeAssignment(ranks, costs, speeds, lowerBound(costs, order, speeds));
}

function earliestEnd(loads: Float64Array, speeds: readonly number[], cost: number): number {
  let best = 0;
  let bestEnd = Infinity;
  for (let rank = 0; rank < speeds.length; rank++) {
    const end = ((loads[rank] ?? 0) + cost) / speedOf(speeds, rank);
    if (end < bestEnd) {
      best = rank;
      bestEnd = end;
    }
  }
  return best;
}
