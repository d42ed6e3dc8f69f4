import { count, plural, shortDate } from '../../shared/format.ts';
import './run-list.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { isActive } from '../parts/status-words.ts';
import { useNow } from '../parts/use-now.ts';
import { goTo, useLayout } from '../store/layout-store.ts';
import { useRunStore } from '../store/run-store.ts';
import { useRuns, useUnseenRuns } from '../store/runs-store.ts';

/** The height of a row in pixels. */
const ROW_HEIGHT = 66;
const OVERSCAN = 6;

/** All runs, newest first; only those in view exist. */
export function RunList() {
  const { entries, loaded } = useRuns();
  const unseen = useUnseenRuns();
  const shown = useLayout(({ route }) => (route.page === 'run' ? route.run : null));
  const now = useNow(false);
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index) => entries[index]?.run ?? index,
  });
  return (
    <nav className="run-list" aria-label="Runs" ref={scroller}>
      {loaded && entries.length === 0 && (
        <p className="muted run-list-empty">{unseen?.message ?? 'Runs you launch stand here.'}</p>
      )}
      <ol style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          return (
            <li
              key={key}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
            >
              <RunRow entry={entry} selected={entry.run === shown} now={now} />
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function RunRow({ entry, selected, now }: { entry: RunListEntry; selected: boolean; now: number }) {
  const { status, items } = useFreshest(entry);
  const done = items.complete + items.failed;
  return (
    <button
      type="button"
      className="run-row"
      aria-current={selected ? 'page' : undefined}
      title={entry.damage ?? entry.run}
      onClick={() => goTo({ page: 'run', run: entry.run, step: null, tab: null })}
    >
      <span className="run-row-line">
        <span className="run-row-name one-line">{entry.name ?? entry.pipeline}</span>
        <span className="run-row-when muted number">{entry.created === null ? '' : shortDate(entry.created, now)}</span>
      </span>
      <span className="run-row-line">
        <StatusBadge status={status} brief />
        <span className="run-row-items muted number one-line">
          {isActive(status)
            ? `${count(done)} / ${count(items.total)}`
            : items.failed > 0
              ? `${count(items.failed)} failed`
              : plural(items.total, 'item')}
        </span>
      </span>
      {isActive(status) && status !== 'queued' && (
        <progress aria-label="Items done" max={Math.max(1, items.total)} value={done} />
      )}
    </button>
  );
}

/** Returns the freshest state of a run: for a watched run, its snapshot is newer than the list. */
function useFreshest(entry: RunListEntry): Pick<RunListEntry, 'status' | 'items'> {
  const snapshot = useRunStore(({ snapshots }) => snapshots[entry.run]);
  if (snapshot === undefined) return entry;
  const counts = totalCounts(snapshot.model.state);
  return {
    status: snapshot.live ? snapshot.status : entry.status,
    items: { ...counts, total: counts.total - counts.skipped },
  };
}
