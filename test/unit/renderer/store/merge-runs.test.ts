import { describe, expect, it } from 'vitest';
import { mergeRuns } from '../../../../renderer/store/merge-runs.ts';
import type { RunListEntry } from '../../../../shared/contract/runs.ts';

const entry = (run: string, change: Partial<RunListEntry> = {}): RunListEntry => ({
  run,
  pipeline: 'p',
  name: null,
  status: 'running',
  created: '2026-11-21T05:15:00.000Z',
  ended: null,
  items: { total: 2, complete: 0, failed: 0 },
  directory: `/runs/p/${run}`,
  damage: null,
  devices: [],
  archive: 'none',
  bytes: null,
  ...change,
});

describe('a new list of runs', () => {
  it('is the old one when nothing changed', () => {
    const known = [entry('b'), entry('a')];
    expect(mergeRuns(known, [entry('b'), entry('a')])).toBe(known);
  });

  it('keeps the entries that did not change', () => {
    const known = [entry('b'), entry('a')];
    const merged = mergeRuns(known, [entry('b', { items: { total: 2, complete: 1, failed: 0 } }), entry('a')]);
    expect(merged[0]?.items.complete).toBe(1);
    expect(merged[1]).toBe(known[1]);
  });

  it('has the runs of the new list, in its order', () => {
    const merged = mergeRuns([entry('b'), entry('a')], [entry('c'), entry('b')]);
    expect(merged.map(({ run }) => run)).toEqual(['c', 'b']);
  });
});
