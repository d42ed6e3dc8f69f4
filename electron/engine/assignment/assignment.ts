/** The items of each rank. Items are indices in the list of costs. */
export interface Assignment {
  /** The items by rank, largest cost first. */
  ranks: number[][];
  /** The sum of costs by rank. */
  loads: number[];
  /** The earliest possible end of any assignment: cost divided by speed. */
  lowerBound: number;
  /** The largest load divided by its speed, divided by the lower bound; 1 when the bound is 0. */
  imbalance: number;
}

/** Creates an assignment from the items of each rank. */
export function makeAssignment(
  ranks: number[][],
  costs: ArrayLike<number>,
  speeds: readonly number[],
  lowerBound: number,
): Assignment {
  const loads = ranks.map((items) => items.reduce((sum, item) => sum + costOf(costs, item), 0));
  const latest = latestEnd(loads, speeds);
  return { ranks, loads, lowerBound, imbalance: lowerBound > 0 ? latest / lowerBound : 1 };
}

/** Returns when the last rank ends. */
export function latestEnd(loads: readonly number[], speeds: readonly number[]): number {
  return loads.reduce((latest, load, rank) => Math.max(latest, load / speedOf(speeds, rank)), 0);
}

/** Returns the cost of an existing item. */
export function costOf(costs: ArrayLike<number>, item: number): number {
  return costs[item] ?? 0;
}

/** Returns the speed of an existing rank. */
export function speedOf(speeds: readonly number[], rank: number): number {
  return speeds[rank] ?? 1;
}

/** Returns the items by cost, largest first; equal ones keep their order. */
export function longestFirst(costs: ArrayLike<number>): Uint32Array {
  const items = Uint32Array.from({ length: costs.length }, (_, item) => item);
  // The sort is stable, so equal items keep their order.
  return items.sort((a, b) => costOf(costs, b) - costOf(costs, a));
}
