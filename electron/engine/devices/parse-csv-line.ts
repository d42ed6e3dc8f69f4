/**
 * Splits a line of `--format=csv,noheader,nounits` into its fields. Only the field at `textAt` (a product or process name)
 * may hold commas of its own; a line with too few fields is none of the table, hence null.
 */
export function parseCsvLine(line: string, count: number, textAt: number): string[] | null {
  const parts = line.split(',').map((part) => part.trim());
  const surplus = parts.length - count;
  if (surplus < 0) return null;
  const text = parts.slice(textAt, textAt + surplus + 1).join(', ');
  return [...parts.slice(0, textAt), text, ...parts.slice(textAt + surplus + 1)];
}

/**
 * A number as the tool prints it, else null: `[N/A]`, `[Not Supported]`, `ERR!`, `[GPU is lost]` and whatever else a driver
 * finds to say are all "unknown", which is never 0.
 */
export function numberOrNull(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Mebibytes as printed → bytes; unknown and negative amounts are null. */
export function mebibytesOrNull(text: string | undefined): number | null {
  const value = numberOrNull(text);
  return value === null || value < 0 ? null : Math.round(value * 1024 * 1024);
}

/** A text as the tool prints it; empty and bracketed ones (`[N/A]`, `[Insufficient Permissions]`) are null. */
export function textOrNull(text: string | undefined): string | null {
  if (text === undefined || text === '' || text === 'N/A' || /^\[.*\]$/.test(text)) return null;
  return text;
}
