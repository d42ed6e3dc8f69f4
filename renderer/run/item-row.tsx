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
  /** The step's items, and the number of the one that is drawn. */
  items: ItemTable;
  number: number;
  /** What an item is drawn by: it changes in place, so the row is told what of it changed. */
  status: ItemStatus;
  attempts: number;
  /** Place among the rows shown, from 0. */
  index: number;
  picked: boolean;
  onPick: (item: number, on: boolean) => void;
}

/** One item. Its name opens the log where the item begins. Drawn again only when something of it has changed: a scroll draws new rows alone. */
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

/** That it was reported as failed tells nothing beside the state. */
function noteOf({ reason, evidence }: Failure): string {
  return reason === 'reported-failed' ? evidence : `${reasonWords(reason)}: ${evidence}`;
}

/** The folder and the name: the end of a path tells files apart, its beginning is the same for most. */
function shownPath(path: string): string {
  const parts = path.split(/(?<=[\\/])/);
  return parts.length <= 2 ? path : parts.slice(-2).join('');
}
