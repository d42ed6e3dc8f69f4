import { describe, expect, it } from 'vitest';
import { printedGroups, unreportedGroups } from '../../../../renderer/run/printed-problems.ts';
import type { FailureGroup } from '../../../../renderer/run/problem-groups.ts';
import type { LogProblem } from '../../../../shared/contract/logs.ts';

const problem = (rank: number, level: LogProblem['level'], text: string, count: number): LogProblem => ({
  step: 1,
  worker: `worker_${rank}`,
  level,
  text,
  count,
  offset: 10 * rank,
});

describe('what workers printed', () => {
  it('is folded over all workers: errors first, then what came most often', () => {
    const groups = printedGroups([
      problem(0, 'warning', 'low memory 12', 3),
      problem(1, 'warning', 'low memory 99', 4),
      problem(1, 'warning', 'slow disk', 9),
      problem(2, 'error', 'boom', 1),
    ]);
    expect(groups.map(({ text, count, places }) => [text, count, places.map(({ worker }) => worker)])).toEqual([
      ['boom', 1, ['worker_2']],
      ['slow disk', 9, ['worker_1']],
      ['low memory 12', 7, ['worker_0', 'worker_1']],
    ]);
  });

  it('keeps a warning and an error of the same words apart', () => {
    expect(printedGroups([problem(0, 'warning', 'x', 1), problem(0, 'error', 'x', 1)])).toHaveLength(2);
  });

  it('is left out where a failure of the item tells it, with the name of the item in front or not', () => {
    const line = (name: string) => `2026-11-21 17:47:17,567 - Worker 0 - kmer-embed - ERROR - ${name}: it is empty`;
    const groups = printedGroups(
      ['a.fa', 'b.fa'].map((name) => ({ ...problem(0, 'error', line(name), 1), file: `/data/${name}` })),
    );
    expect(groups.map(({ message, count }) => [message, count])).toEqual([['it is empty', 2]]);
    const failed = ['a.fa', 'b.fa'].map((what) => ({
      what,
      detail: '',
      evidence: 'it is empty',
      attempts: 1,
      log: null,
    }));
    expect(unreportedGroups(groups, [{ reason: 'reported-failed', advice: '', failed }])).toEqual([]);
  });

  it('is left out where failures tell as much of it, and stays where an item came through it', () => {
    const failed = (evidence: string, attempts: number) => ({
      what: 'a.fa',
      detail: '',
      evidence,
      attempts,
      log: null,
    });
    const failures: FailureGroup[] = [
      { reason: 'exit-code', advice: '', failed: [failed('exit code 1; last line: ValueError: bad 7', 2)] },
    ];
    const printed = (count: number) => printedGroups([problem(0, 'error', 'while reading · ValueError: bad 9', count)]);
    expect(unreportedGroups(printed(2), failures)).toEqual([]);
    expect(unreportedGroups(printed(3), failures)).toHaveLength(1);
    expect(unreportedGroups(printed(1), [])).toHaveLength(1);
  });
});
