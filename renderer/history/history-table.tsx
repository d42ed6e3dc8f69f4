import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useMemo, useRef } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { isActive } from '../parts/status-words.ts';
import { useNow } from '../parts/use-now.ts';
import { chosenAfterClick } from './choose-runs.ts';
import { HistoryRow } from './history-row.tsx';
import { choose, orderBy, useHistory } from './history-store.ts';
import type { RunColumn, RunOrder } from './select-runs.ts';
import { useRunSizes } from './use-run-sizes.ts';

/** The height of a row in pixels; rows are drawn by it and must not wrap. */
const ROW_HEIGHT = 44;
/** Rows drawn above and below what is visible. */
const OVERSCAN = 8;

const COLUMNS: readonly { id: RunColumn | 'devices'; title: string; right?: true; sorts: boolean }[] = [
  { id: 'name', title: 'Run', sorts: true },
  { id: 'status', title: 'State', sorts: true },
  { id: 'pipeline', title: 'Pipeline', sorts: true },
  { id: 'started', title: 'Started', right: true, sorts: true },
  { id: 'duration', title: 'Duration', right: true, sorts: true },
  { id: 'items', title: 'Items', right: true, sorts: true },
  { id: 'devices', title: 'Devices', sorts: false },
  { id: 'size', title: 'Size', right: true, sorts: true },
];

interface HistoryTableProps {
  runs: readonly RunListEntry[];
  chosen: ReadonlySet<string>;
  order: RunOrder;
  /** Shown in place of rows that there are not. */
  children: ReactNode;
}

/** The runs as a table; only the rows in view exist, so 10,000 are no burden. */
export function HistoryTable({ runs, chosen, order, children }: HistoryTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastClicked = useRef<string | null>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const visible = rows.getVirtualItems();
  const inView = visible.flatMap(({ index }) => runs[index] ?? []);
  const now = useNow(inView.some(({ status }) => isActive(status)));
  useRunSizes(inView);
  const click = useCallback(
    (directory: string, ticked: boolean, range: boolean): void => {
      const before = useHistory.getState().chosen;
      choose(chosenAfterClick({ runs, chosen: before, directory, ticked, from: range ? lastClicked.current : null }));
      lastClicked.current = directory;
    },
    [runs],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== 'a' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    choose(runs.map(({ directory }) => directory));
  };
  return (
    <div className="history-scroller" ref={scroller} tabIndex={0} role="region" aria-label="Runs" onKeyDown={onKeyDown}>
      <table aria-rowcount={runs.length + 1}>
        <thead>
          <tr>
            <th scope="col" className="choice">
              <ChooseAll runs={runs} chosen={chosen} />
            </th>
            {COLUMNS.map(({ id, title, right, sorts }) => (
              <th
                key={id}
                scope="col"
                className={right ? `right ${id}` : id}
                aria-sort={sorts ? sortOf(id, order) : undefined}
              >
                {sorts && id !== 'devices' ? <OrderButton column={id} title={title} order={order} /> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={visible[0]?.start ?? 0} />
          {visible.map(({ index }) => {
            const entry = runs[index];
            return entry === undefined ? null : (
              <HistoryRow
                key={entry.directory}
                entry={entry}
                index={index}
                chosen={chosen.has(entry.directory)}
                now={now}
                onChoose={click}
              />
            );
          })}
          <Spacer height={rows.getTotalSize() - (visible.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
      {children}
    </div>
  );
}

function ChooseAll({ runs, chosen }: { runs: readonly RunListEntry[]; chosen: ReadonlySet<string> }) {
  const all = useMemo(() => runs.length > 0 && runs.every(({ directory }) => chosen.has(directory)), [runs, chosen]);
  const some = chosen.size > 0 && !all;
  return (
    <label className="history-choice">
      <input
        type="checkbox"
        aria-label="Choose all runs shown"
        checked={all}
        ref={(box) => {
          if (box !== null) box.indeterminate = some;
        }}
        onChange={() => choose(all ? [] : runs.map(({ directory }) => directory))}
      />
    </label>
  );
}

function OrderButton({ column, title, order }: { column: RunColumn; title: string; order: RunOrder }) {
  return (
    <button type="button" className="plain small" onClick={() => orderBy(column)}>
      {title}
      <span aria-hidden="true">{order.column === column ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
    </button>
  );
}

function sortOf(column: string, order: RunOrder): 'ascending' | 'descending' | 'none' {
  if (order.column !== column) return 'none';
  return order.descending ? 'descending' : 'ascending';
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // One cell alone: cells for all columns would keep those that are hidden in a narrow window.
    <tr aria-hidden="true" className="spacer">
      <td style={{ height }} />
    </tr>
  );
}
