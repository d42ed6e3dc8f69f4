import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/** The rows of a table that are drawn. */
interface RowsInView {
  rows: readonly VirtualItem[];
  /** Height of the rows above them and below them that are not drawn (pixels). */
  above: number;
  below: number;
}

interface RowsOptions {
  count: number;
  /** The height of a row in pixels; rows are drawn by it and must not wrap. */
  height: number;
  /** Rows drawn above and below what is visible. */
  overscan: number;
}

/** Which rows of a table to draw, so that one of 100,000 is no burden. */
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

/** Stands in a table for the rows that are not drawn. */
export function RowSpacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // One cell alone: cells for all columns would keep those that are hidden in a narrow window.
    <tr aria-hidden="true" className="spacer">
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
