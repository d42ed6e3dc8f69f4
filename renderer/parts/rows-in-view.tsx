import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/** The rows of a table that are drawn. */
interface RowsInView {
  rows: readonly VirtualItem[];
  /** Height of the rows above and below that are not drawn (pixels). */
  above: number;
  below: number;
}

interface RowsOptions {
  count: number;
  /** The height of every row in pixels; rows must not wrap. */
  height: number;
  /** Rows drawn above and below what is visible. */
  overscan: number;
}

/** Returns the rows of a table to draw, so that a table of 100,000 rows costs little. */
export function useRowsInView(
  scroller: RefObject<HTMLElement | null>,
  { count, height, overscan }: RowsOptions,
): RowsInView {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan,
  });
  const rows = virtualizer.getVirtualItems();
  return { rows, above: rows[0]?.start ?? 0, below: virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0) };
}

/** Takes the place of the rows that are not drawn. */
export function RowSpacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // Only one cell: cells for all columns would show columns that are hidden in a narrow window.
    <tr aria-hidden="true" className="spacer">
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
