import type { LogProblem } from '../contract/logs.ts';
import { foldingKey } from '../folding-key.ts';
import type { RunState } from './run-model.ts';

/** What makes a problem of a log the same one, however often it is counted on: the place where it was printed first. */
export function problemKey({ step, worker, level, offset }: LogProblem): string {
  return `${step} ${worker} ${level} ${offset}`;
}

/** Takes problems that are new or counted on; those of which none is left go. */
export function keepProblems(kept: Map<string, LogProblem>, problems: readonly LogProblem[]): void {
  for (const one of problems) {
    const key = problemKey(one);
    if (one.count === 0) kept.delete(key);
    else kept.set(key, one);
  }
}

interface Span {
  from: number;
  file: string | null;
}

/**
 * Returns the same problems, each with the file of the item that its worker held when it printed the first one. The lines of an item go
 * from its hand-out to that of the next item; the file is unknown where several items were handed out at once.
 */
export function withItems(state: RunState, problems: readonly LogProblem[]): LogProblem[] {
  const wanted = Map.groupBy(problems, ({ step, worker }) => `${step} ${worker}`);
  const latest = new Map<LogProblem, Span>();
  for (const step of state.steps) {
    const ofStep = step.workers.map(({ worker }) => wanted.get(`${step.step} ${worker}`) ?? []);
    if (ofStep.every((found) => found.length === 0)) continue;
    for (const item of step.items) {
      for (const [rank, from] of item.spans)
        for (const one of ofStep[rank] ?? []) takeSpan(latest, one, { from, file: item.file });
    }
  }
  return problems.map((one) => ({ ...one, file: latest.get(one)?.file ?? null }));
}

function takeSpan(latest: Map<LogProblem, Span>, one: LogProblem, span: Span): void {
  if (span.from > one.offset) return;
  const known = latest.get(one);
  if (known === undefined || span.from > known.from) latest.set(one, span);
  else if (span.from === known.from && span.file !== known.file) latest.set(one, { ...known, file: null });
}

/** Groups failures with the same message, numbers and addresses aside. */
export function sameMessages<T>(failures: readonly T[], textOf: (failure: T) => string): T[][] {
  return [...Map.groupBy(failures, (failure) => foldingKey(textOf(failure))).values()].sort(
    (a, b) => b.length - a.length,
  );
}
