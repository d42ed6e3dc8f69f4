/** Which items go to which rank. Items are places in the list of costs. */
export interface Assignment {
  /** By rank its items, largest cost first. */
  ranks: number[][];
  /** By rank the sum of its costs. */
  loads: number[];
  /** No assignment can end earlier: cost divided by speed. */
  lowerBound: number;
  /** The largest load divided by its speed, divided by the lower bound; 1 when the bound is 0. */
  imbalance: number;
}

/** Sums up ranks as an assignment. */
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

/** When the last rank ends. */
export function latestEnd(loads: readonly number[], speeds: readonly number[]): number {
  return loads.reduce((latest, load, rank) => Math.max(latest, load / speedOf(speeds, rank)), 0);
}

/** The cost of an item that is known to be there. */
export function costOf(costs: ArrayLike<number>, item: number): number {
  return costs[item] ?? 0;
}

/** The speed of a rank that is known to be there. */
export function speedOf(speeds: readonly number[], rank: number): number {
  return speeds[rank] ?? 1;
}

/** The items by cost, largest first; equal ones in their order. */
export function longestFirst(costs: ArrayLike<number>): Uint32Array {
  const items = Uint32Array.from({ length: costs.length }, (_, item) => item);
  // The sort is stable, so equal ones stay in their order.
  return items.sort((a, b) => costOf(costs, b) - costOf(costs, a));
}
