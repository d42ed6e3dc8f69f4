import type { ItemStatus } from '../../shared/items/item.ts';
import type { ItemCounts } from '../../shared/run/run-events.ts';
import { shownNumber } from '../parts/count.ts';
import { statusWords } from '../parts/status-words.ts';
import type { ItemSelection } from './select-items.ts';

const STATUSES: readonly ItemStatus[] = ['pending', 'running', 'complete', 'failed', 'skipped'];

interface ItemsFilterProps {
  counts: ItemCounts;
  selection: ItemSelection;
  onChange: (selection: ItemSelection) => void;
}

/** Which items are shown: by state and by a part of their path. */
export function ItemsFilter({ counts, selection, onChange }: ItemsFilterProps) {
  const button = (status: ItemStatus | null, word: string, count: number) => (
    <button
      key={word}
      type="button"
      className="small"
      aria-pressed={selection.status === status}
      onClick={() => onChange({ ...selection, status })}
    >
      {word} <span className="number muted">{shownNumber(count)}</span>
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
