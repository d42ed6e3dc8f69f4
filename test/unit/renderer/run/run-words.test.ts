import { describe, expect, it } from 'vitest';
import { isActive } from '../../../../renderer/parts/status-words.ts';
import { elapsedSeconds } from '../../../../renderer/run/elapsed.ts';
import { possibleActions } from '../../../../renderer/run/possible-actions.ts';
import type { RunStatus } from '../../../../shared/run-status.ts';

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

describe('how long a run has taken', () => {
  const started = '2026-11-21T05:15:00.000Z';

  it('counts from the start to the end', () => {
    expect(elapsedSeconds({ started, ended: '2026-11-21T05:16:30.000Z' }, null)).toBe(90);
  });

  it('counts until now while it runs', () => {
    expect(elapsedSeconds({ started, ended: null }, Date.parse(started) + 5_000)).toBe(5);
  });

  it('is unknown before the start and after an interruption', () => {
    expect(elapsedSeconds({ started: null, ended: null }, 1)).toBeNull();
    expect(elapsedSeconds({ started, ended: null }, null)).toBeNull();
  });
});
