import { create } from 'zustand';
import { NEWEST_FIRST, NO_FILTER, type RunFilter, type RunOrder } from './select-runs.ts';

interface HistoryState {
  filter: RunFilter;
  order: RunOrder;
  /** Directories of the runs that are chosen, whether they are shown or not. */
  chosen: ReadonlySet<string>;
}

/** What the history shows: it is the same when one comes back to it. */
export const useHistory = create<HistoryState>(() => ({ filter: NO_FILTER, order: NEWEST_FIRST, chosen: new Set() }));

/** Changes some of the filter. What is chosen and no longer shown would be acted on unseen, so nothing is chosen any more. */
export function setFilter(change: Partial<RunFilter>): void {
  useHistory.setState(({ filter }) => ({ filter: { ...filter, ...change }, chosen: new Set() }));
}

/** Orders by a column; by the same one again the other way round. */
export function orderBy(column: RunOrder['column']): void {
  useHistory.setState(({ order }) => ({
    order: { column, descending: order.column === column ? !order.descending : column === 'started' },
  }));
}

/** Chooses these runs and no others. */
export function choose(directories: Iterable<string>): void {
  useHistory.setState({ chosen: new Set(directories) });
}
