import '../parts/long-table.css';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { RowSpacer, useRowsInView } from '../parts/rows-in-view.tsx';
import { type SortDirection, SortHead } from '../parts/sort-head.tsx';
import { isActive } from '../parts/status-words.ts';
import { TickAll } from '../parts/tick-all.tsx';
import { useNow } from '../parts/use-now.ts';
import { askSizes } from '../store/runs-store.ts';
import { HistoryRow } from './history-row.tsx';
import { choose, orderBy, useHistory } from './history-store.ts';
import { chosenAfterClick, type RunColumn, type RunOrder } from './select-runs.ts';

/** In pixels. */
const ROW_HEIGHT = 44;
const OVERSCAN = 8;

const COLUMNS: readonly { id: RunColumn | 'devices'; title: string; right?: true }[] = [
  { id: 'name', title: 'Run' },
  { id: 'status', title: 'State' },
  { id: 'pipeline', title: 'Pipeline' },
  { id: 'started', title: 'Started', right: true },
  { id: 'duration', title: 'Duration', right: true },
  { id: 'items', title: 'Items', right: true },
  { id: 'devices', title: 'Devices' },
  { id: 'size', title: 'Size', right: true },
];

/** Sizes are requested when the rows have not moved for this time: a person who scrolls past does not need them (milliseconds). */
const STILL_MS = 300;

interface HistoryTableProps {
  runs: readonly RunListEntry[];
  chosen: ReadonlySet<string>;
  order: RunOrder;
  /** Shown when there are no rows. */
  children: ReactNode;
}

/** The runs as a table; only the rows in view exist, so 10,000 runs cost little. */
export function HistoryTable({ runs, chosen, order, children }: HistoryTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastClicked = useRef<string | null>(null);
  const { rows, above, below } = useRowsInView(scroller, {
    count: runs.length,
    height: ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const inView = rows.flatMap(({ index }) => runs[index] ?? []);
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
    <div
      className="long-table history-scroller"
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label="Runs"
      onKeyDown={onKeyDown}
    >
      <table aria-rowcount={runs.length + 1}>
        <thead>
          <tr>
            <th scope="col" className="choice">
              <ChooseAll runs={runs} chosen={chosen} />
            </th>
            {COLUMNS.map(({ id, title, right }) =>
              id === 'devices' ? (
                <th key={id} scope="col" className={id}>
                  {title}
                </th>
              ) : (
                <SortHead
                  key={id}
                  title={title}
                  className={right ? `right ${id}` : id}
                  direction={directionOf(id, order)}
                  onSort={() => orderBy(id)}
                />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          <RowSpacer height={above} />
          {rows.map(({ index }) => {
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
          <RowSpacer height={below} />
        </tbody>
      </table>
      {children}
    </div>
  );
}

function ChooseAll({ runs, chosen }: { runs: readonly RunListEntry[]; chosen: ReadonlySet<string> }) {
  const all = useMemo(() => runs.length > 0 && runs.every(({ directory }) => chosen.has(directory)), [runs, chosen]);
  return (
    <TickAll
      label="Choose all runs shown"
      className="history-choice"
      all={all}
      some={chosen.size > 0}
      onChange={() => choose(all ? [] : runs.map(({ directory }) => directory))}
    />
  );
}

function directionOf(column: RunColumn, order: RunOrder): SortDirection {
  if (order.column !== column) return 'none';
  return order.descending ? 'descending' : 'ascending';
}

/** Requests the sizes of these runs, unless they are known or the run is active. */
function useRunSizes(runs: readonly RunListEntry[]): void {
  const client = useEngine();
  const unknown = runs.filter(({ bytes, status }) => bytes === null && !isActive(status)).map(({ run }) => run);
  const asked = unknown.join(' ');
  useEffect(() => {
    if (client === null || asked === '') return undefined;
    const timer = setTimeout(() => void askSizes(client, asked.split(' ')), STILL_MS);
    return () => clearTimeout(timer);
  }, [client, asked]);
}
