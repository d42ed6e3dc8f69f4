import type { ItemStatus } from '../../shared/items/item.ts';
import type { ItemTable } from '../../shared/items/item-table.ts';

export type ItemColumn = 'item' | 'file' | 'status' | 'attempts' | 'rank' | 'seconds' | 'size';

/** Which items of a step are shown, in which order. */
export interface ItemSelection {
  /** null: all. */
  status: ItemStatus | null;
  /** Part of the path; upper and lower case are equal. */
  text: string;
  sort: ItemColumn;
  descending: boolean;
}

/** Failures come first, then running items. */
const STATUS_ORDER: Record<ItemStatus, number> = { failed: 0, running: 1, pending: 2, complete: 3, skipped: 4 };

/** Returns the numbers of the selected items, sorted; equal ones in the order of the step. Unknown values come last in both directions. */
export function selectItems(items: ItemTable, selection: ItemSelection): number[] {
  const { status, sort, descending } = selection;
  const text = selection.text.trim().toLowerCase();
  const fits = text === '' ? () => true : items.having(text);
  const shown: number[] = [];
  for (let item = 0; item < items.length; item += 1)
    if ((status === null || items.status(item) === status) && fits(item)) shown.push(item);
  if (sort === 'item') return descending ? shown.reverse() : shown;
  return sort === 'file' ? sortByFile(items, shown, descending) : sortByValue(items, shown, sort, descending);
}

type ValueColumn = Exclude<ItemColumn, 'item' | 'file'>;

const VALUES: Record<ValueColumn, (items: ItemTable, item: number) => number | null> = {
  status: (items, item) => STATUS_ORDER[items.status(item)],
  attempts: (items, item) => items.attempts(item),
  rank: (items, item) => items.rank(item),
  seconds: (items, item) => items.seconds(item),
  size: (items, item) => items.size(item),
};

/** Sorts by values that are read once for each item, not once for each comparison. */
function sortByValue(items: ItemTable, shown: number[], column: ValueColumn, descending: boolean): number[] {
  const keys = new Float64Array(items.length);
  for (const item of shown) {
    const value = VALUES[column](items, item);
    keys[item] = value === null ? Number.POSITIVE_INFINITY : value * (descending ? -1 : 1);
  }
  return shown.sort((a, b) => {
    const [left = 0, right = 0] = [keys[a], keys[b]];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}

/** Sorts numbers within names by value. One shared collator is a hundred times faster than one per comparison. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/** Beyond this number of items, names are compared as plain strings: a collator would take half a second. */
const COLLATED_AT_MOST = 20_000;

function sortByFile(items: ItemTable, shown: readonly number[], descending: boolean): number[] {
  if (shown.length > COLLATED_AT_MOST) {
    const isShown = new Uint8Array(items.length);
    for (const item of shown) isShown[item] = 1;
    return items.order(descending).filter((item) => isShown[item] === 1);
  }
  const direction = descending ? -1 : 1;
  // Each access builds the path again: so it is read once for each item, not once for each comparison.
  const named = shown.map((item) => ({ item, file: items.file(item) }));
  named.sort((a, b) => {
    const order = BY_NAME.compare(a.file, b.file);
    return order === 0 ? a.item - b.item : order * direction;
  });
  return named.map(({ item }) => item);
}
