type Cell = string | number | null;

/**
 * Comma-separated values by RFC 4180: a heading, lines ended by CRLF, and quotes around fields with commas, quotes or line ends. Null is empty.
 * A text that a spreadsheet would read as a formula gets an apostrophe before it, since file names may come from anywhere.
 */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
