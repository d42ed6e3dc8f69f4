import { type Assignment, longestFirst, makeAssignment } from './assignment.ts';
import { lowerBound } from './lower-bound.ts';

/** Item 0 to rank 0, item 1 to rank 1 and so on: what the assignment must never be worse than. */
export function packRoundRobin(
  costs: ArrayLike<number>,
  speeds: readonly number[],
  order: Uint32Array = longestFirst(costs),
): Assignment {
  const ranks: number[][] = speeds.map(() => []);
  // Taken largest first, so that each rank's items stand in that order.
  for (const item of order) ranks[item % speeds.length]?.push(item);
  return makeAssignment(ranks, costs, speeds, lowerBound(costs, order, speeds));
}
