import type { ItemState } from '../../../shared/items/item.ts';
import type { StepState } from '../../../shared/run/run-model.ts';

/** The range of a worker's log that belongs to one attempt at an item. */
export interface ItemSpan {
  /** From 1. */
  attempt: number;
  rank: number;
  /** Byte offset. */
  from: number;
  /** Byte offset; null while the attempt is under way. */
  to: number | null;
}

type Span = ItemState['spans'][number];

/** Returns where each attempt at an item is in the logs, in order. */
export function itemSpans(step: StepState, item: ItemState): ItemSpan[] {
  return item.spans.map((span, index) => {
    const [rank, from, to] = span;
    const underWay = to === null && item.status === 'running' && index === item.spans.length - 1;
    return {
      attempt: index + 1,
      rank,
      from: step.dispatch === 'list' ? afterEarlierItems(step, span) : from,
      to: underWay ? null : (to ?? nextBeginning(step, span)),
    };
  });
}

/**
 * Returns where an item begins with the dispatch `list`: a worker gets all its items at once and processes them in order, so an item begins
 * where the item before it ended.
 */
function afterEarlierItems(step: StepState, [rank, from, to]: Span): number {
  return spansOfRank(step, rank).reduce((begin, [, , end]) => {
    const earlier = end !== null && (to === null || end < to);
    return earlier && end > begin ? end : begin;
  }, from);
}

/** Returns the end of an attempt without a result (its worker died): the worker's next start or its next item. */
function nextBeginning(step: StepState, [rank, from]: Span): number {
  const starts = step.workers[rank]?.start_offsets ?? [];
  const beginnings = [...starts, ...spansOfRank(step, rank).map((span) => span[1])];
  return beginnings.reduce((next, offset) => (offset > from && offset < next ? offset : next), Number.MAX_SAFE_INTEGER);
}

function spansOfRank(step: StepState, rank: number): Span[] {
  return step.items
    .values()
    .flatMap((item) => item.spans.filter((span) => span[0] === rank))
    .toArray();
}
