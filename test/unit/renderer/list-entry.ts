import type { RunListEntry } from '../../../shared/contract/runs.ts';

/** An entry of the list of runs; every value has a plausible default. */
export function listEntry(run: string, change: Partial<RunListEntry> = {}): RunListEntry {
  return {
    run,
    pipeline: 'p',
    name: null,
    status: 'completed',
    created: '2026-11-21T05:15:00.000Z',
    ended: '2026-11-21T05:16:00.000Z',
    worked: null,
    items: { total: 2, complete: 2, failed: 0 },
    directory: `/runs/p/${run}`,
    damage: null,
    devices: [],
    archive: 'none',
    bytes: null,
    ...change,
  };
}
