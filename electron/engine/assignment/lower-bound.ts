import { costOf, speedOf } from './assignment.ts';

/**
 * A time before which no assignment can end. The most of: everything spread over all ranks; the k largest items on the k fastest ranks,
 * since k items use no more; and, with more items than ranks, the two smallest of the largest ranks + 1 items on the fastest rank,
 * since two of these must share one.
 * @param order the items, largest first
 */
export function lowerBound(costs: ArrayLike<number>, order: ArrayLike<number>, speeds: readonly number[]): number {
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
