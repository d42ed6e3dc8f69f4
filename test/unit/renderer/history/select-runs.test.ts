import { describe, expect, it } from 'vitest';
import { NEWEST_FIRST, NO_FILTER, type RunFilter, selectRuns } from '../../../../renderer/history/select-runs.ts';
import type { RunListEntry } from '../../../../shared/contract/runs.ts';
import { makeRunId } from '../../../../shared/ids.ts';
import { listEntry } from '../list-entry.ts';

/** A run that was launched at a local time. */
function runAt(time: Date, change: Partial<RunListEntry> = {}): RunListEntry {
  return listEntry(makeRunId(time), { created: time.toISOString(), ...change });
}

const RUNS: readonly RunListEntry[] = [
  runAt(new Date(2026, 10, 21, 23, 59), { name: 'Spring water', status: 'running', ended: null }),
  runAt(new Date(2026, 10, 21, 0, 0), { name: 'Soil', pipeline: 'esm2', directory: '/data/runs/esm2/x', bytes: 5 }),
  runAt(new Date(2026, 10, 20, 23, 59), { name: null, status: 'failed', bytes: 70, ended: '2026-11-29T00:00:00.000Z' }),
  runAt(new Date(2026, 10, 19, 12, 0), { name: 'cut', status: 'damaged', damage: 'gone', created: null, ended: null }),
];

const names = (filter: Partial<RunFilter>): (string | null)[] =>
  selectRuns(RUNS, { ...NO_FILTER, ...filter }, NEWEST_FIRST).map(({ name }) => name);

describe('the filter of the history', () => {
  it('shows all without a filter, and does not touch the list', () => {
    expect(selectRuns(RUNS, NO_FILTER, NEWEST_FIRST)).toEqual(RUNS);
  });

  it('finds words in names, ids and folders, whatever their case', () => {
    expect(names({ text: 'WATER spring' })).toEqual(['Spring water']);
    expect(names({ text: '/data/RUNS' })).toEqual(['Soil']);
    expect(names({ text: RUNS[2]?.run ?? '' })).toEqual([null]);
    expect(names({ text: 'spring soil' })).toEqual([]);
  });

  it('keeps to a pipeline and a state', () => {
    expect(names({ pipeline: 'esm2' })).toEqual(['Soil']);
    expect(names({ state: 'failed' })).toEqual([null]);
    expect(names({ state: 'active' })).toEqual(['Spring water']);
    expect(names({ state: 'damaged' })).toEqual(['cut']);
  });

  it('takes both days of a range whole, in local time, also for a run whose journal is gone', () => {
    expect(names({ from: '2026-11-21', to: '2026-11-21' })).toEqual(['Spring water', 'Soil']);
    expect(names({ to: '2026-11-20' })).toEqual([null, 'cut']);
    expect(names({ from: '2026-11-22' })).toEqual([]);
  });
});

describe('the order of the history', () => {
  it.each([
    ['name', false, ['202', 'cut', 'Soil', 'Spring water']],
    ['status', false, ['Spring water', 'cut', '202', 'Soil']],
    ['started', false, ['cut', '202', 'Soil', 'Spring water']],
    ['size', true, ['202', 'Soil', 'Spring water', 'cut']],
    ['size', false, ['Soil', '202', 'Spring water', 'cut']],
    ['duration', true, ['202', 'Soil', 'Spring water', 'cut']],
  ] as const)('by %s (descending: %s), what is unknown last', (column, descending, expected) => {
    const order = selectRuns(RUNS, NO_FILTER, { column, descending }).map(({ name }) => name ?? '202');
    expect(order).toEqual(expected);
  });
});
