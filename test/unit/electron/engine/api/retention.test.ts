import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepRetention } from '../../../../../electron/engine/api/retention.ts';
import type { CleanResult } from '../../../../../shared/contract/records.ts';
import type { SettingsReport } from '../../../../../shared/contract/settings.ts';
import { problem } from '../../../../../shared/problem.ts';
import { ok } from '../../../../../shared/result.ts';
import { DEFAULT_SETTINGS } from '../../../../../shared/settings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine that notes what it is asked to delete. */
function engineWith(report: Partial<SettingsReport>) {
  const asked: number[] = [];
  return {
    asked,
    report: { settings: DEFAULT_SETTINGS, path: '/settings.json', problem: null, ...report },
    async readSettings() {
      return ok(this.report);
    },
    async clean({ olderThanDays }: { olderThanDays: number }) {
      asked.push(olderThanDays);
      const runs: CleanResult['runs'] = [{ run: '20261121-051500-123-k3f9', directory: '/r', bytes: 10 }];
      return ok({ runs, unread: [], bytes: 10, dryRun: false });
    },
  };
}

describe('keeping runs for a number of days', () => {
  it('deletes what is older at the start and once a day, until it is ended', async () => {
    const engine = engineWith({ settings: { ...DEFAULT_SETTINGS, retentionDays: 30 } });
    const said: string[] = [];
    const end = keepRetention(engine, (sentence) => said.push(sentence));
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.asked).toEqual([30]);
    expect(said).toEqual(['Deleted a run that ended more than 30 days ago, as the settings say.']);
    engine.report = { ...engine.report, settings: { ...DEFAULT_SETTINGS, retentionDays: 3 } };
    await vi.advanceTimersByTimeAsync(DAY_MS - 1);
    expect(engine.asked).toEqual([30]);
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.asked).toEqual([30, 3]);
    end();
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    expect(engine.asked).toEqual([30, 3]);
  });

  it('deletes nothing where nothing was chosen', async () => {
    const engine = engineWith({});
    const end = keepRetention(engine, () => undefined);
    await vi.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(engine.asked).toEqual([]);
    end();
  });

  it('deletes nothing while the settings cannot be read', async () => {
    const unreadable = problem('data-folder', 'It cannot be read.', 'Make it readable.');
    const engine = engineWith({ settings: { ...DEFAULT_SETTINGS, retentionDays: 1 }, problem: unreadable });
    const end = keepRetention(engine, () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.asked).toEqual([]);
    end();
  });
});
