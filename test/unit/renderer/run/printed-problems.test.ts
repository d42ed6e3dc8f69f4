import { describe, expect, it } from 'vitest';
import { printedGroups } from '../../../../renderer/run/printed-problems.ts';
import type { LogProblem } from '../../../../shared/contract/events.ts';

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
});
