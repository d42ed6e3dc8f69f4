import { reasonWords } from '../../shared/failure-words.ts';
import { shortTime } from '../../shared/format.ts';
import type { ItemState } from '../../shared/run-state.ts';
import { shownBytes } from '../parts/shown-bytes.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { openLog } from '../store/layout-store.ts';

interface ItemRowProps {
  run: string;
  step: number;
  item: ItemState;
  /** Place among the rows shown, from 0. */
  index: number;
}

/** One item. Its name opens the log where the item begins. */
export function ItemRow({ run, step, item, index }: ItemRowProps) {
  const span = item.spans.at(-1);
  const open = (): void => {
    if (span !== undefined) openLog({ run, step, source: `worker_${span[0]}`, offset: span[1] });
  };
  return (
    // The header is row 1.
    <tr aria-rowindex={index + 2}>
      <td className="number right muted">{item.item + 1}</td>
      <td className="one-line" title={item.file}>
        {span === undefined ? (
          shownPath(item.file)
        ) : (
          <button type="button" className="link one-line" onClick={open} title={`${item.file}: show its log`}>
            {shownPath(item.file)}
          </button>
        )}
      </td>
      <td>
        <StatusBadge status={item.status} />
      </td>
      <td className="number right">{item.attempts === 0 ? '' : item.attempts}</td>
      <td>{item.rank === null ? '' : `worker ${item.rank}`}</td>
      <td className="number right">{item.seconds === null ? '' : shortTime(item.seconds)}</td>
      <td className="number right">{shownBytes(item.size)}</td>
      <td className="one-line muted" title={item.failure?.evidence}>
        {item.failure !== null &&
          item.status !== 'complete' &&
          `${reasonWords(item.failure.reason)}: ${item.failure.evidence}`}
      </td>
    </tr>
  );
}

/** The folder and the name: the end of a path tells files apart, its beginning is the same for most. */
function shownPath(path: string): string {
  const parts = path.split(/(?<=[\\/])/);
  return parts.length <= 2 ? path : parts.slice(-2).join('');
}
