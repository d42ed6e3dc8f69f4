import { basename } from 'node:path';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';
import type { Notice } from './describe-event.ts';

/** A repeated warning is told again each time that its count has grown this many times: a flood costs a handful of lines. */
const TOLD_AGAIN_FACTOR = 10;
/** So many kinds of one level are told; beyond that they hide everything else, and the logs have them all. */
const TOLD_KINDS = 50;
/** So many final counts are told at the end. */
const TOLD_AT_END = 10;

interface Told {
  problem: LogProblem;
  count: number;
}

/** Warnings and errors that workers printed, as messages: the first of a kind at once, repeats folded into a count. */
export class ProblemNotices {
  private readonly told = new Map<string, Told>();
  private readonly kinds = { warning: 0, error: 0 };

  /** What is to be told now of what is new. */
  take(problems: readonly LogProblem[]): Notice[] {
    return problems.flatMap((problem) => {
      if (problem.count === 0) return [];
      const key = `${problem.step} ${problem.worker} ${problem.offset}`;
      const known = this.told.get(key);
      if (known === undefined) return this.takeNew(key, problem);
      known.problem = problem;
      if (problem.count < known.count * TOLD_AGAIN_FACTOR) return [];
      known.count = problem.count;
      return [notice(problem)];
    });
  }

  /** At the end: those that were repeated most since they were told, with their final counts. */
  rest(): Notice[] {
    return [...this.told.values()]
      .filter(({ problem, count }) => problem.count > count)
      .toSorted((a, b) => b.problem.count - a.problem.count)
      .slice(0, TOLD_AT_END)
      .map(({ problem }) => notice(problem));
  }

  private takeNew(key: string, problem: LogProblem): Notice[] {
    this.kinds[problem.level] += 1;
    if (this.kinds[problem.level] > TOLD_KINDS + 1) return [];
    if (this.kinds[problem.level] > TOLD_KINDS)
      return [{ level: problem.level, text: `further kinds of ${problem.level}s are in the logs only` }];
    this.told.set(key, { problem, count: problem.count });
    return [notice(problem)];
  }
}

function notice(problem: LogProblem): Notice {
  const repeats = problem.count > 1 ? ` (×${problem.count})` : '';
  return {
    level: problem.level,
    text: `${problem.worker} | ${(problem.file ?? null) === null || problem.level === 'warning' ? '' : `${basename(problem.file ?? '')}: `}${withoutLogPrefix(problem.text.trim())}${repeats}`,
    printed: true,
  };
}
