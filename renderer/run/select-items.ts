import type { ItemState, ItemStatus } from '../../shared/run-state.ts';

export type ItemColumn = 'item' | 'file' | 'status' | 'attempts' | 'rank' | 'seconds' | 'size';

/** Which items of a step are shown, in which order. */
export interface ItemSelection {
  /** null: all. */
  status: ItemStatus | null;
  /** Part of the path, whatever the case of its letters. */
  text: string;
  sort: ItemColumn;
  descending: boolean;
}

/** Failures come first, then what is under way. */
const STATUS_ORDER: Record<ItemStatus, number> = { failed: 0, running: 1, pending: 2, complete: 3, skipped: 4 };

/** The items that a selection shows, in its order; equal ones in the order of the step. What is unknown comes last either way. */
export function selectItems(items: Iterable<ItemState>, selection: ItemSelection): ItemState[] {
  const { status, sort, descending } = selection;
  const text = selection.text.trim().toLowerCase();
  const shown = Iterator.from(items)
    .filter(
      (item) => (status === null || item.status === status) && (text === '' || item.file.toLowerCase().includes(text)),
    )
    .toArray();
  if (sort === 'item') return descending ? shown.reverse() : shown;
  if (sort === 'file') return sortByFile(shown, descending);
  const direction = descending ? -1 : 1;
  const value = VALUES[sort];
  return shown.sort((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return left === right ? a.item - b.item : left === null ? 1 : -1;
    return left === right ? a.item - b.item : (left - right) * direction;
  });
}

const VALUES: Record<Exclude<ItemColumn, 'item' | 'file'>, (item: ItemState) => number | null> = {
  status: (item) => STATUS_ORDER[item.status],
  attempts: (item) => item.attempts,
  rank: (item) => item.rank,
  seconds: (item) => item.seconds,
  size: (item) => item.size,
};

/** Numbers within names are ordered by value; one collator for all is a hundred times faster than one per comparison. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/** Beyond this many items names are compared as they are: a collator would take half a second. */
const COLLATED_AT_MOST = 20_000;

function sortByFile(items: ItemState[], descending: boolean): ItemState[] {
  const direction = descending ? -1 : 1;
  const compare = items.length > COLLATED_AT_MOST ? compareCodeUnits : BY_NAME.compare;
  // A path is made anew whenever it is asked for: once for each item, not once for each comparison.
  const named = items.map((item) => ({ item, file: item.file }));
  named.sort((a, b) => {
    const order = compare(a.file, b.file);
    return order === 0 ? a.item.item - b.item.item : order * direction;
  });
  return named.map(({ item }) => item);
}

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
