import { describe, expect, it } from 'vitest';
import type { ProcessTable, WorkerMark } from '../../../../../electron/engine/processes/process-table.ts';
import { trustedMark } from '../../../../../electron/engine/processes/trusted-mark.ts';

const MARK: WorkerMark = { pgid: 100, run: '20261121-051500-123-k3f9', step: 1, rank: 0, started: 5_000 };

/** A table in which only process 100 may live, with its start time. */
function table(leader: number | null, seesEnvironment = true): ProcessTable {
  return {
    hasSignals: true,
    seesEnvironment,
    bootId: () => 'boot',
    startTime: (pid) => (pid === 100 ? leader : null),
    look: () => ({ membersOf: () => [] }),
    groupExists: () => leader !== null,
    signalGroup: () => true,
    signalProcess: () => true,
  };
}

describe('the group of a worker', () => {
  it.each([4_990, 5_000])('is its own while its launcher lives, started at %i or before its worker', (leader) => {
    expect(trustedMark(table(leader), MARK).pgid).toBe(100);
  });

  it('is a stranger’s when who has its number started after the worker', () => {
    expect(trustedMark(table(5_001), MARK)).toEqual({ ...MARK, pgid: null });
  });

  it('is not trusted without its launcher where processes show whose they are', () => {
    expect(trustedMark(table(null), MARK).pgid).toBeNull();
    expect(trustedMark(table(null, false), MARK).pgid).toBe(100);
  });

  it('is trusted while the worker is not known yet', () => {
    expect(trustedMark(table(9_999), { ...MARK, started: undefined }).pgid).toBe(100);
  });
});
