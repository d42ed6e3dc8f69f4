import { describe, expect, it } from 'vitest';
import { isActive } from '../../../../renderer/parts/status-words.ts';
import { possibleActions } from '../../../../renderer/run/possible-actions.ts';
import type { RunStatus } from '../../../../shared/run/run-status.ts';

const NOTHING = { stop: false, kill: false, resume: false, retry: false };

describe('what can be done about a run', () => {
  it.each<[RunStatus, number, Partial<typeof NOTHING>]>([
    ['pending', 0, { stop: true }],
    ['running', 2, { stop: true }],
    ['stopping', 2, { kill: true }],
    ['interrupted', 1, { resume: true, retry: true }],
    ['stopped', 0, { resume: true }],
    ['failed', 3, { resume: true, retry: true }],
    ['completed', 0, {}],
    ['completed-with-failures', 3, { retry: true }],
  ])('%s with %i failed items', (status, failed, can) => {
    expect(possibleActions(status, failed)).toEqual({ ...NOTHING, ...can });
  });

  it('is to stop it, in order or at once, exactly while somebody works on it', () => {
    const statuses: RunStatus[] = ['pending', 'running', 'stopping', 'interrupted', 'stopped', 'failed', 'completed'];
    for (const status of statuses) {
      const { stop, kill } = possibleActions(status, 0);
      expect(stop || kill).toBe(isActive(status));
    }
  });
});
