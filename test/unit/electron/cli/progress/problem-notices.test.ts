import { describe, expect, it } from 'vitest';
import { ProblemNotices } from '../../../../../electron/cli/progress/problem-notices.ts';
import type { LogProblem } from '../../../../../shared/contract/logs.ts';

function odd(count: number, given: Partial<LogProblem> = {}): LogProblem {
  return { step: 1, worker: 'worker_0', level: 'warning', text: ' odd ', count, offset: 7, ...given };
}

function texts(notices: { text: string }[]): string[] {
  return notices.map(({ text }) => text);
}

describe('warnings and errors that workers print', () => {
  it('are told once, with the worker', () => {
    const folded = new ProblemNotices();
    expect(texts(folded.take([odd(1)]))).toEqual(['worker_0 | odd']);
    expect(folded.take([odd(2)])).toEqual([]);
  });

  it('are told again when there are ten times as many, and with the final count at the end', () => {
    const folded = new ProblemNotices();
    const told = [1, 5, 10, 99, 120, 130].flatMap((count) => texts(folded.take([odd(count)])));
    expect(told).toEqual(['worker_0 | odd', 'worker_0 | odd (×10)', 'worker_0 | odd (×120)']);
    expect(texts(folded.rest())).toEqual(['worker_0 | odd (×130)']);
  });

  it('are told apart by worker and by place', () => {
    const folded = new ProblemNotices();
    expect(folded.take([odd(1), odd(1, { worker: 'worker_1' }), odd(1, { offset: 8 })])).toHaveLength(3);
  });

  it('do not bury everything else when there are hundreds of kinds', () => {
    const folded = new ProblemNotices();
    const kinds = Array.from({ length: 500 }, (_, offset) => odd(1, { offset }));
    const told = texts(folded.take(kinds));
    expect(told.length).toBeLessThan(60);
    expect(told.at(-1)).toBe('further kinds of warnings are in the logs only');
    expect(texts(folded.take([odd(1, { level: 'error' })]))).toEqual([]);
    expect(texts(folded.take([odd(1, { level: 'error', offset: 501 })]))).toEqual(['worker_0 | odd']);
  });
});
