import { memo } from 'react';
import { bytes, shortTime } from '../../shared/format.ts';
import type { ItemState, ItemStatus } from '../../shared/items/item.ts';
import type { ItemTable } from '../../shared/items/item-table.ts';
import type { Failure } from '../../shared/run/failure.ts';
import { reasonWords } from '../../shared/run/failure-words.ts';
import { MiddleCut } from '../parts/middle-cut.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { openLog } from '../store/layout-store.ts';

interface ItemRowProps {
  run: string;
  step: number;
  /** The items of the step, and the number of the drawn one. */
  items: ItemTable;
  number: number;
  /** The parts of an item that the row depends on: the item changes in place, so these props show the change. */
  status: ItemStatus;
  attempts: number;
  /** Position among the rows shown, from 0. */
  index: number;
  picked: boolean;
  onPick: (item: number, on: boolean) => void;
}

/** One item. Its name opens the log where the item begins. Redrawn only when it has changed: scrolling draws only new rows. */
export const ItemRow = memo(function ItemRow({ items, number, ...props }: ItemRowProps) {
  const item = items.at(number);
  return item === undefined ? null : <Row item={item} {...props} />;
});

function Row({ run, step, item, index, picked, onPick }: Omit<ItemRowProps, 'items' | 'number'> & { item: ItemState }) {
  const span = item.spans.at(-1);
  const open = (): void => {
    if (span !== undefined) openLog({ run, step, source: `worker_${span[0]}`, offset: span[1] });
  };
  return (
    // The header is row 1.
    <tr aria-rowindex={index + 2} aria-selected={picked}>
      <td className="pick">
        <input
          type="checkbox"
          aria-label={`Select item ${item.item + 1}`}
          checked={picked}
          onChange={(event) => onPick(item.item, event.target.checked)}
        />
      </td>
      <td className="number right muted">{item.item + 1}</td>
      <td className="one-line" title={item.file}>
        {span === undefined ? (
          <MiddleCut text={shownPath(item.file)} />
        ) : (
          <button
            type="button"
            className="link one-line"
            onClick={open}
            aria-label={shownPath(item.file)}
            title={`${item.file}: show its log`}
          >
            <MiddleCut text={shownPath(item.file)} />
          </button>
        )}
      </td>
      <td>
        <StatusBadge status={item.status} />
      </td>
      <td className="number right">{item.attempts === 0 ? '' : item.attempts}</td>
      <td>{item.rank === null ? '' : `worker ${item.rank}`}</td>
      <td className="number right">{item.seconds === null ? '' : shortTime(item.seconds)}</td>
      <td className="number right">{bytes(item.size)}</td>
      <td className="one-line muted" title={item.failure?.evidence}>
        {item.failure !== null && item.status !== 'complete' && noteOf(item.failure)}
      </td>
    </tr>
  );
}

/** Returns the note; the reason `reported-failed` adds nothing to the state, so it is left out. */
function noteOf({ reason, evidence }: Failure): string {
  return reason === 'reported-failed' ? evidence : `${reasonWords(reason)}: ${evidence}`;
}

/** Returns the folder and the name: the end of a path distinguishes files, its beginning is mostly the same. */
function shownPath(path: string): string {
  const parts = path.split(/(?<=[\\/])/);
  return parts.length <= 2 ? path : parts.slice(-2).join('');
}
