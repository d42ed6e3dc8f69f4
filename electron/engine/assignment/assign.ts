import { type Assignment, costOf, longestFirst, makeAssignment, speedOf } from './assignment.ts';
import { type ImprovementBudget, improve } from './improve.ts';

/**
 * Returns the initial assignment of a step: longest first, then improved, and never worse than round-robin, which can be better by chance.
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

/** Assigns item 0 to rank 0, item 1 to rank 1 and so on; the assignment must never be worse than this. */
export function packRoundRobin(
  costs: ArrayLike<number>,
  speeds: readonly number[],
  order: Uint32Array = longestFirst(costs),
): Assignment {
  const ranks: number[][] = speeds.map(() => []);
  // Items are added largest first, so that the items of each rank are in that order.
  for (const item of order) ranks[item % speeds.length]?.push(item);
  return makeAssignment(ranks, costs, speeds, lowerBound(costs, order, speeds));
}

/**
 * Longest-processing-time packing (Graham 1969): each item, largest cost first, goes to the rank that would end it first. Ranks differ
 * in speed; of equal ranks the lowest takes it. Items without cost are distributed in turn, so that no rank gets all of them.
 * @param speeds one per rank, above 0, in any unit: cost per time
 * @param order the items, largest first, when the caller has sorted them
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

/**
 * Returns a time before which no assignment can end. It is the largest of three: all work spread over all ranks; the k largest items on the k
 * fastest ranks, as k items use no more ranks; and, with more items than ranks, the two smallest of the largest ranks + 1 items on the fastest
 * rank, as two of these items must share a rank.
 * @param order the items, largest first
 */
function lowerBound(costs: ArrayLike<number>, order: ArrayLike<number>, speeds: readonly number[]): number {
  const fastest = speeds.toSorted((a, b) => b - a);
  const cost = (place: number): number => costOf(costs, order[place] ?? -1);
  let bound = 0;
  let speed = 0;
  let sum = 0;
  for (let rank = 0; rank < fastest.length; rank++) {
    speed += speedOf(fastest, rank);
    sum += cost(rank);
    bound = Math.max(bound, sum / speed);
  }
  for (let place = fastest.length; place < order.length; place++) sum += cost(place);
  const pair = order.length > fastest.length ? cost(fastest.length - 1) + cost(fastest.length) : 0;
  return Math.max(bound, sum / speed, pair / speedOf(fastest, 0));
}
