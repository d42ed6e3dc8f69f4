import { basename } from 'node:path';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';
import type { Notice } from './describe-event.ts';

/** A repeated warning is reported again each time its count has grown by this factor: a flood costs a handful of lines. */
const REPORT_AGAIN_FACTOR = 10;
/** The most kinds of one level that are reported: more would hide everything else, and the logs have them all. */
const REPORTED_KINDS = 50;
/** The most final counts that are reported at the end. */
const REPORTED_AT_END = 10;

interface Reported {
  problem: LogProblem;
  count: number;
}

/** Warnings and errors that workers printed, as messages: the first of a kind at once, repeats folded into a count. */
export class ProblemNotices {
  private readonly reported = new Map<string, Reported>();
  private readonly kinds = { warning: 0, error: 0 };

  /** Returns the messages for new problems. */
  take(problems: readonly LogProblem[]): Notice[] {
    return problems.flatMap((problem) => {
      if (problem.count === 0) return [];
      const key = `${problem.step} ${problem.worker} ${problem.offset}`;
      const known = this.reported.get(key);
      if (known === undefined) return this.takeNew(key, problem);
      known.problem = problem;
      if (problem.count < known.count * REPORT_AGAIN_FACTOR) return [];
      known.count = problem.count;
      return [notice(problem)];
    });
  }

  /** Returns at the end the problems that were repeated most since they were reported, with their final counts. */
  rest(): Notice[] {
    return [...this.reported.values()]
      .filter(({ problem, count }) => problem.count > count)
      .toSorted((a, b) => b.problem.count - a.problem.count)
      .slice(0, REPORTED_AT_END)
      .map(({ problem }) => notice(problem));
  }

  private takeNew(key: string, problem: LogProblem): Notice[] {
    this.kinds[problem.level] += 1;
    if (this.kinds[problem.level] > REPORTED_KINDS + 1) return [];
    if (this.kinds[problem.level] > REPORTED_KINDS)
      return [{ level: problem.level, text: `further kinds of ${problem.level}s are in the logs only` }];
    this.reported.set(key, { problem, count: problem.count });
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
