/** How rows are ordered by a column: not at all, or in which direction. */
export type SortDirection = 'none' | 'ascending' | 'descending';

const ARROWS: Record<SortDirection, string> = { none: '', ascending: ' ↑', descending: ' ↓' };

interface SortHeadProps {
  title: string;
  className: string;
  direction: SortDirection;
  /** The rows are to be ordered by this column, or the other way round. */
  onSort: () => void;
}

/** The head of a column by which rows can be ordered. */
export function SortHead({ title, className, direction, onSort }: SortHeadProps) {
  return (
    <th scope="col" className={className} aria-sort={direction}>
      <button type="button" className="plain small" onClick={onSort}>
        {title}
        <span aria-hidden="true">{ARROWS[direction]}</span>
      </button>
    </th>
  );
}
