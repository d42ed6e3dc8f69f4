import type { ItemState, StepState } from '../../../shared/run-state.ts';

/** The stretch of a worker's log that belongs to one attempt at an item. */
export interface ItemSpan {
  /** From 1. */
  attempt: number;
  rank: number;
  /** Byte offset. */
  from: number;
  /** Byte offset; null while the attempt is under way. */
  to: number | null;
}

/** Where each attempt at an item stands in the logs, in order. */
export function itemSpans(step: StepState, item: ItemState): ItemSpan[] {
  return item.spans.map(([rank, from, to], index) => {
    const begin = step.dispatch === 'list' ? afterEarlierItems(step, item, rank, from, to) : from;
    const underWay = to === null && item.status === 'running' && index === item.spans.length - 1;
    return { attempt: index + 1, rank, from: begin, to: underWay ? null : (to ?? nextBeginning(step, rank, from)) };
  });
}

/**
 * A worker that got a whole list was given all its items at once and works through them: an item begins where the one judged before it
 * ended.
 */
function afterEarlierItems(step: StepState, item: ItemState, rank: number, from: number, to: number | null): number {
  let begin = from;
  for (const other of step.items) {
    if (other === item) continue;
    for (const [otherRank, , end] of other.spans) {
      const earlier = end !== null && (to === null || end <= to);
      if (otherRank === rank && earlier && end > begin) begin = end;
    }
  }
  return begin;
}

/** An attempt that was never judged (its worker died) lasts until the worker's next start or the next item it was given. */
function nextBeginning(step: StepState, rank: number, from: number): number {
  const starts = step.workers[rank]?.start_offsets ?? [];
  const given = step.items.flatMap((item) => item.spans.filter((span) => span[0] === rank).map((span) => span[1]));
  return Math.min(Number.MAX_SAFE_INTEGER, ...[...starts, ...given].filter((offset) => offset > from));
}
