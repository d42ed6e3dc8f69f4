import { describe, expect, it } from 'vitest';
import { doneShare, endWords, progressWords } from '../../../../electron/main/run-words.ts';
import type { ItemCounts } from '../../../../shared/run/run-events.ts';

function counts(change: Partial<ItemCounts>): ItemCounts {
  return { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0, ...change };
}

describe('what the desktop says of a run', () => {
  it('is how far it is', () => {
    expect(progressWords({ items: counts({ total: 12, complete: 3 }) })).toBe('3 of 12 files');
    expect(progressWords({ items: counts({ total: 1, failed: 1 }) })).toBe('1 of 1 file, 1 failed');
  });

  it('is how it ended', () => {
    const run = { run: 'r', pipeline: 'embed', name: null, stopping: false };
    const items = counts({ total: 5, complete: 4, failed: 1 });
    expect(endWords({ ...run, items, status: 'completed-with-failures' })).toEqual({
      title: 'embed ended with failures',
      body: '4 of 5 files done, 1 failed.',
    });
    expect(endWords({ ...run, name: 'night', items, status: 'stopped' }).title).toBe('night was stopped');
  });

  it('is the share of all runs together, or nothing while no file is known', () => {
    expect(doneShare([])).toBeNull();
    expect(doneShare([{ items: counts({}) }])).toBeNull();
    const runs = [{ items: counts({ total: 3, complete: 1 }) }, { items: counts({ total: 1, failed: 1 }) }];
    expect(doneShare(runs)).toBe(0.5);
  });
});
