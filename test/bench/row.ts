import type { Bench } from './bench-context.ts';
import { median } from './measure.ts';

/** A line of the table: what was measured, against what, and whether it is good enough. */
export interface Row {
  /** Stable, so that runs can be compared: `log-1-buffered/wall`. */
  id: string;
  title: string;
  /** Unit of `ours` and `reference`. */
  unit: string;
  ours: number | null;
  reference: { name: string; value: number | null } | null;
  /** What the target speaks of: a ratio, a difference, or ours itself; null when it could not be measured. */
  value: number | null;
  valueUnit: string;
  /** `value` must not be above this; null for a row that only informs. */
  target: number | null;
  /** Why there is no value, or what else a reader should know. */
  note: string | null;
  /** All that was measured, in the order of the rounds. */
  raw: Record<string, readonly number[]>;
}

/** Rows that are measured together. */
export interface Group {
  /** What `--only` looks at, beside `about`. */
  name: string;
  /** What is measured, for the person who watches. */
  about: string;
  measure: (bench: Bench) => Promise<Row[]>;
}

/** Whether a row reaches its target; null when it has none or was not measured. */
export function isMet(row: Row): boolean | null {
  return row.target === null || row.value === null ? null : row.value <= row.target;
}

/** A row in words: its reference is not installed, or measuring it failed. */
export function unmeasured(id: string, title: string, target: number | null, note: string): Row {
  return { id, title, unit: '', ours: null, reference: null, value: null, valueUnit: '', target, note, raw: {} };
}

/** A row of times without a reference: the median of all rounds, held against a target in the same unit. */
export function timesRow(
  id: string,
  title: string,
  times: { unit: 'ms' | 's'; all: readonly number[]; target: number | null; note?: string },
): Row {
  const { unit, all, target, note = null } = times;
  const value = median(all);
  return { id, title, unit, ours: value, reference: null, value, valueUnit: unit, target, note, raw: { [unit]: all } };
}
