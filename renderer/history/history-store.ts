import { create } from 'zustand';
import { NEWEST_FIRST, NO_FILTER, type RunFilter, type RunOrder } from './select-runs.ts';

interface HistoryState {
  filter: RunFilter;
  order: RunOrder;
  /** Directories of the chosen runs, whether shown or not. */
  chosen: ReadonlySet<string>;
}

/** What the history shows: it is kept while other pages are shown. */
export const useHistory = create<HistoryState>(() => ({ filter: NO_FILTER, order: NEWEST_FIRST, chosen: new Set() }));

/** Changes a part of the filter and clears the choice: otherwise an action could affect chosen runs that are no longer shown. */
export function setFilter(change: Partial<RunFilter>): void {
  useHistory.setState(({ filter }) => ({ filter: { ...filter, ...change }, chosen: new Set() }));
}

/** Sorts by a column; the same column again reverses the order. */
export function orderBy(column: RunOrder['column']): void {
  useHistory.setState(({ order }) => ({
    order: { column, descending: order.column === column ? !order.descending : column === 'started' },
  }));
}

/** Chooses these runs and no others. */
export function choose(directories: Iterable<string>): void {
  useHistory.setState({ chosen: new Set(directories) });
}
