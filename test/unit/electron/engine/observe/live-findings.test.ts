import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveFindings } from '../../../../../electron/engine/observe/live-findings.ts';
import type { LiveProgress } from '../../../../../shared/contract/events.ts';
import type { LogProblem } from '../../../../../shared/contract/logs.ts';

const PROBLEM: LogProblem = {
  step: 1,
  worker: 'worker_0',
  level: 'warning',
  text: 'WARNING: slow',
  count: 1,
  offset: 40,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('progress is pushed when something has changed, and only then', () => {
  const devices = { version: 0, live: () => [] };
  const findings = new LiveFindings(() => devices);
  const pushed: LiveProgress[] = [];
  findings.on('progress', (progress) => pushed.push(progress));
  vi.advanceTimersByTime(1_000);
  expect(pushed).toHaveLength(1);
  findings.state.setFile(1, 0, '/data/a.fa');
  vi.advanceTimersByTime(1_000);
  expect(pushed.map(({ workers }) => workers.map(({ file }) => file))).toEqual([[], ['/data/a.fa']]);
  devices.version += 1;
  vi.advanceTimersByTime(1_000);
  expect(pushed).toHaveLength(3);
  findings.state.setFile(1, 0, null);
  findings.close();
  vi.advanceTimersByTime(1_000);
  expect(pushed).toHaveLength(3);
});

it('problems are emitted at once, and one at the same place of a log is kept once with its last count', () => {
  const findings = new LiveFindings(() => null);
  const emitted: LogProblem[] = [];
  findings.on('problems', (problems) => emitted.push(...problems));
  findings.addProblems([PROBLEM]);
  findings.addProblems([{ ...PROBLEM, count: 7 }]);
  expect(emitted.map(({ count }) => count)).toEqual([1, 7]);
  expect(findings.problems()).toEqual([{ ...PROBLEM, count: 7 }]);
  findings.addProblems([{ ...PROBLEM, count: 0 }]);
  expect(findings.problems()).toEqual([]);
  findings.close();
});
