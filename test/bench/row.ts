import type { Bench } from './bench-context.ts';
import { median, medianRatio } from './measure.ts';

/** A line of the table: what was measured, against what, and whether it is good enough. */
export interface Row {
  /** Stable, so that runs can be compared: `log-1-buffered/wall`. */
  id: string;
  title: string;
  /** Unit of `ours` and `reference`. */
  unit: string;
  ours: number | null;
  reference: { name: string; value: number | null } | null;
  /** What a person asks for: a ratio, a difference, or ours itself; null when it could not be measured. */
  value: number | null;
  valueUnit: string;
  /** Ours against the reference of the same run, where `value` is not that itself. */
  ratio?: number;
  /** The ratio must not be above this, so that a target means the same on a slower machine; null for a row that only informs. */
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

/** Ours against the reference; null where there is none, or it was not measured. */
export function ratioOf(row: Row): number | null {
  return row.ratio ?? (row.valueUnit === '×' ? row.value : null);
}

/** Whether a row reaches its target; null when it has none or was not measured. */
export function isMet(row: Row): boolean | null {
  const ratio = ratioOf(row);
  return row.target === null || ratio === null ? null : ratio <= row.target;
}

/** What a row is held against. */
export interface Reference {
  name: string;
  /** In the unit of the row, one for each round; with a single one all rounds are held against that. */
  each: readonly number[];
  /** Of ours, where the rounds are to be compared one by one. */
  rounds?: readonly number[];
}

/** The same row with a reference: its target is a ratio. */
export function against(row: Row, { name, each, rounds }: Reference, target: number | null): Row {
  const reference = median(each);
  const ratio = rounds === undefined ? (row.ours ?? Number.NaN) / reference : medianRatio(rounds, each);
  return { ...row, reference: { name, value: reference }, ratio, target, raw: { ...row.raw, reference: each } };
}

/** A row in words: its reference is not installed, or measuring it failed. */
export function unmeasured(id: string, title: string, target: number | null, note: string): Row {
  return { id, title, unit: '', ours: null, reference: null, value: null, valueUnit: '', target, note, raw: {} };
}

/** A row of times: the median of all rounds. */
export function timesRow(
  id: string,
  title: string,
  times: { unit: 'ms' | 's'; all: readonly number[]; note?: string },
): Row {
  return plainRow(id, title, { ...times, value: median(times.all), raw: { [times.unit]: times.all } });
}

/** A row that has neither a reference nor a target as yet. */
export function plainRow(
  id: string,
  title: string,
  measured: { unit: string; value: number; raw: Row['raw']; note?: string },
): Row {
  const { unit, value, raw, note = null } = measured;
  return { id, title, unit, ours: value, reference: null, value, valueUnit: unit, target: null, note, raw };
}
