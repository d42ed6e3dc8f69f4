/** How rows are ordered by a column: not at all, or in which direction. */
export type SortDirection = 'none' | 'ascending' | 'descending';

const ARROWS: Record<SortDirection, string> = { none: '', ascending: ' ↑', descending: ' ↓' };

interface SortHeadProps {
  title: string;
  className: string;
  direction: SortDirection;
  /** Called to sort the rows by this column, or to reverse the order. */
  onSort: () => void;
}

/** The head of a column by which rows can be sorted. */
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
