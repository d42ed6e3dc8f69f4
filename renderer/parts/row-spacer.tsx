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
