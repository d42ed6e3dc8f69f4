import { count, plural } from '../../shared/format.ts';
import './history-page.css';
import { useMemo } from 'react';
import { ProblemNote } from '../parts/problem-note.tsx';
import { goTo } from '../store/layout-store.ts';
import { useRuns, useUnseenRuns } from '../store/runs-store.ts';
import { HistoryFilter } from './history-filter.tsx';
import { setFilter, useHistory } from './history-store.ts';
import { HistoryTable } from './history-table.tsx';
import { HistoryToolbar } from './history-toolbar.tsx';
import { isFiltering, NO_FILTER, selectRuns } from './select-runs.ts';

/** All runs of the data folder: to find one, resume it, launch it again or delete it. */
export function HistoryPage() {
  const { entries, loaded, unmeasured } = useRuns();
  const unseen = useUnseenRuns();
  const { filter, order, chosen } = useHistory();
  const shown = useMemo(() => selectRuns(entries, filter, order), [entries, filter, order]);
  const chosenRuns = useMemo(() => shown.filter(({ directory }) => chosen.has(directory)), [shown, chosen]);
  // What is not seen is not told as what is not there.
  const isEmpty = loaded && entries.length === 0 && unseen === null;
  return (
    <section className="history" aria-labelledby="history-title">
      <header className="history-head">
        <h1 id="history-title">History</h1>
        <p className="muted number" aria-live="polite">
          {countText(shown.length, entries.length, loaded)}
        </p>
        {isFiltering(filter) && (
          <button type="button" className="plain small" onClick={() => setFilter(NO_FILTER)}>
            Clear filters
          </button>
        )}
      </header>
      {unseen !== null && <ProblemNote problem={unseen} />}
      {unmeasured !== null && <ProblemNote problem={unmeasured} />}
      {isEmpty ? (
        <EmptyHistory />
      ) : (
        <>
          <HistoryFilter entries={entries} filter={filter} />
          <HistoryToolbar chosen={chosenRuns} />
          <HistoryTable runs={shown} chosen={chosen} order={order}>
            {loaded && entries.length > 0 && shown.length === 0 && <p className="history-nothing">No run matches.</p>}
          </HistoryTable>
        </>
      )}
    </section>
  );
}

function countText(shown: number, all: number, loaded: boolean): string {
  const runs = shown === all ? plural(all, 'run') : `${count(shown)} of ${plural(all, 'run')}`;
  return loaded ? runs : `${runs}, reading…`;
}

function EmptyHistory() {
  return (
    <div className="history-empty">
      <h2>Nothing has run yet</h2>
      <p>
        Every run is kept here with its logs, records and outputs: those you launch in this window, and those that{' '}
        <code>drover run</code> starts in a terminal, while they are active and after they have ended.
      </p>
      <p>From here you resume an interrupted run, retry what failed, launch a run again, or free disk space.</p>
      <button type="button" className="primary" onClick={() => goTo({ page: 'new' })}>
        New run
      </button>
    </div>
  );
}
