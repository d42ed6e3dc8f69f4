import { count, plural } from '../../shared/format.ts';
import '../parts/long-table.css';
import './items-table.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ItemStatus } from '../../shared/items/item.ts';
import type { ItemTable } from '../../shared/items/item-table.ts';
import type { ItemCounts } from '../../shared/run/run-events.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import { RowSpacer, useRowsInView } from '../parts/rows-in-view.tsx';
import { type SortDirection, SortHead } from '../parts/sort-head.tsx';
import { statusWords } from '../parts/status-words.ts';
import { TickAll } from '../parts/tick-all.tsx';
import type { RunSnapshot } from '../store/run-fold.ts';
import { ItemRow } from './item-row.tsx';
import { PickedItems } from './picked-items.tsx';
import { type ItemColumn, type ItemSelection, selectItems } from './select-items.ts';

/** In pixels. */
const ROW_HEIGHT = 28;
/** Scrolling draws new rows before it is painted, so few are enough. */
const OVERSCAN = 5;

const NONE: ReadonlySet<number> = new Set();

const COLUMNS: readonly { id: ItemColumn; title: string; right?: true }[] = [
  { id: 'item', title: '#', right: true },
  { id: 'file', title: 'File' },
  { id: 'status', title: 'State' },
  { id: 'attempts', title: 'Attempts', right: true },
  { id: 'rank', title: 'Worker' },
  { id: 'seconds', title: 'Time', right: true },
  { id: 'size', title: 'Size', right: true },
];

const STATUSES: readonly ItemStatus[] = ['pending', 'running', 'complete', 'failed', 'skipped'];

/** Up to this number, items are filtered and sorted with every change; more items, once a second. */
const QUICK_ITEMS = 5_000;
const SLOW_MS = 1_000;

/** All items of a step: only the rows in view exist, so 100,000 items cost little. */
export function ItemsTable({ snapshot, step }: { snapshot: RunSnapshot; step: StepState }) {
  const [selection, setSelection] = useState<ItemSelection>({
    status: null,
    text: '',
    sort: 'item',
    descending: false,
  });
  const fresh = useFreshItems(snapshot, step);
  const items = useMemo(() => selectItems(fresh.items, selection), [fresh, selection]);
  const [picked, setPicked] = useState<ReadonlySet<number>>(NONE);
  const sortBy = (sort: ItemColumn): void =>
    setSelection({ ...selection, sort, descending: selection.sort === sort && !selection.descending });
  return (
    <div className="items-view">
      <ItemsFilter counts={step.counts} selection={selection} onChange={setSelection} />
      <p className="unseen" aria-live="polite">
        {plural(items.length, 'item')} shown
      </p>
      {picked.size > 0 && (
        <PickedItems snapshot={snapshot} step={step} picked={picked} onClear={() => setPicked(NONE)} />
      )}
      <ItemRows
        key={step.step}
        run={snapshot.run}
        step={step}
        items={items}
        selection={selection}
        onSort={sortBy}
        picked={picked}
        onPick={setPicked}
      />
    </div>
  );
}

interface ItemRowsProps {
  run: string;
  step: StepState;
  /** The numbers of the items that are shown. */
  items: readonly number[];
  selection: ItemSelection;
  onSort: (column: ItemColumn) => void;
  /** The numbers of the ticked items. */
  picked: ReadonlySet<number>;
  onPick: (picked: ReadonlySet<number>) => void;
}

function ItemRows({ run, step, items, selection, onSort, picked, onPick }: ItemRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const latest = useRef(picked);
  useEffect(() => {
    latest.current = picked;
  });
  const { rows, above, below } = useRowsInView(scroller, {
    count: items.length,
    height: ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const pickOne = useCallback((item: number, on: boolean) => onPick(withItem(latest.current, item, on)), [onPick]);
  return (
    <div className="long-table items-scroller" ref={scroller} tabIndex={0} role="region" aria-label="Items">
      <table aria-rowcount={items.length + 1}>
        <thead>
          <tr>
            <th scope="col" className="pick">
              <PickAll items={items} picked={picked} onPick={onPick} />
            </th>
            {COLUMNS.map(({ id, title, right }) => (
              <SortHead
                key={id}
                title={title}
                className={right ? `right ${id}` : id}
                direction={directionOf(id, selection)}
                onSort={() => onSort(id)}
              />
            ))}
            <th scope="col" className="note">
              Note
            </th>
          </tr>
        </thead>
        <tbody>
          <RowSpacer height={above} />
          {rows.map(({ index }) => {
            const item = items[index];
            return item === undefined ? null : (
              <ItemRow
                key={item}
                run={run}
                step={step.step}
                items={step.items}
                number={item}
                status={step.items.status(item)}
                attempts={step.items.attempts(item)}
                index={index}
                picked={picked.has(item)}
                onPick={pickOne}
              />
            );
          })}
          <RowSpacer height={below} />
        </tbody>
      </table>
      {items.length === 0 && <p className="run-message muted">No item of this step matches.</p>}
    </div>
  );
}

/** The box above the boxes: selects all items that are shown, or none. */
function PickAll({ items, picked, onPick }: Pick<ItemRowsProps, 'items' | 'picked' | 'onPick'>) {
  const all = items.length > 0 && picked.size >= items.length && items.every((item) => picked.has(item));
  return (
    <TickAll
      label="Select all that are shown"
      className="pick-all"
      all={all}
      some={picked.size > 0}
      onChange={() => onPick(all ? NONE : new Set(items))}
    />
  );
}

function withItem(picked: ReadonlySet<number>, item: number, on: boolean): ReadonlySet<number> {
  const next = new Set(picked);
  if (on) next.add(item);
  else next.delete(item);
  return next;
}

function directionOf(column: ItemColumn, { sort, descending }: ItemSelection): SortDirection {
  if (sort !== column) return 'none';
  return descending ? 'descending' : 'ascending';
}

interface ItemsFilterProps {
  counts: ItemCounts;
  selection: ItemSelection;
  onChange: (selection: ItemSelection) => void;
}

/** The filter of the items: by state and by a part of their path. */
function ItemsFilter({ counts, selection, onChange }: ItemsFilterProps) {
  const button = (status: ItemStatus | null, word: string, total: number) => (
    <button
      key={word}
      type="button"
      className="small"
      aria-pressed={selection.status === status}
      onClick={() => onChange({ ...selection, status })}
    >
      {word} <span className="number muted">{count(total)}</span>
    </button>
  );
  return (
    <div className="items-filter">
      <input
        type="search"
        aria-label="Filter by path"
        placeholder="Filter by path…"
        value={selection.text}
        onChange={(event) => onChange({ ...selection, text: event.target.value })}
      />
      <fieldset className="items-states">
        <legend className="unseen">State</legend>
        {button(null, 'All', counts.total)}
        {STATUSES.map((status) => button(status, statusWords(status).word, counts[status]))}
      </fieldset>
    </div>
  );
}

/** Returns a step's items, which change in place, as a new object for every change; with many items at most once a second. */
function useFreshItems(snapshot: RunSnapshot, step: StepState): { items: ItemTable; version: number } {
  const slow = useSlowed(snapshot.version, SLOW_MS);
  const version = step.items.length <= QUICK_ITEMS ? snapshot.version : slow;
  return useMemo(() => ({ items: step.items, version }), [step, version]);
}

/** Returns a value that changes at most once in a period; the last change is never lost. */
function useSlowed<T>(value: T, milliseconds: number): T {
  const [shown, setShown] = useState(value);
  const changed = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, changed.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      changed.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
