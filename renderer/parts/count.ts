const GROUPED = new Intl.NumberFormat('en', { useGrouping: true });

/** A whole number for people: `12,480`. */
export function shownNumber(value: number): string {
  return GROUPED.format(value);
}

/** A number with its noun: `1 item`, `12,480 items`. */
export function counted(value: number, noun: string): string {
  return `${shownNumber(value)} ${noun}${value === 1 ? '' : 's'}`;
}
