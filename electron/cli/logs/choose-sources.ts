import type { LogSource } from '../../../shared/contract/logs.ts';
import { didYouMean } from '../../../shared/did-you-mean.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** The most workers that a message names one by one; more are given as a range. */
const NAMED_WORKERS = 4;

/**
 * Returns the requested logs: one source or all workers, of the requested step or else of the last step that has them.
 * Without a source, a run whose workers have no log yet is not an error: the answer is then empty.
 */
export function chooseSources(
  sources: readonly LogSource[],
  wanted: { source: string | null; step: number | null },
): Result<LogSource[], Problem> {
  const named = sources.filter((source) => isWanted(source, wanted.source));
  // The logs of the whole run belong to no step, whichever step is requested.
  const wholeRun = named.filter((source) => source.step === null);
  if (wholeRun.length > 0) return ok(wholeRun);
  const step = wanted.step ?? Math.max(0, ...named.map((source) => source.step ?? 0));
  const chosen = named.filter((source) => source.step === step).toSorted(byRank);
  if (chosen.length > 0 || (wanted.source === null && wanted.step === null)) return ok(chosen);
  return err(unknownSource(sources, wanted));
}

/** Returns the problem for a source that a run does not have; its advice names the sources that exist. */
export function unknownSource(
  sources: readonly LogSource[],
  wanted: { source: string | null; step: number | null },
): Problem {
  const names = [...new Set(sources.map((source) => source.source))];
  const what = wanted.source === null ? 'worker log' : `log "${wanted.source}"`;
  const where = wanted.step === null ? 'This run' : `Step ${wanted.step} of this run`;
  const guess = wanted.source === null || names.includes(wanted.source) ? '' : didYouMean(wanted.source, names);
  const advice =
    sources.length === 0 ? 'It has no logs: none was written yet, or they were deleted.' : `It has ${listed(sources)}.`;
  return problem('unknown-source', `${where} has no ${what}.${guess}`, advice);
}

/** Returns the rank in a worker's id; -1 for other sources. */
export function rankOf(source: string): number {
  return source.startsWith('worker_') ? Number(source.slice('worker_'.length)) : -1;
}

function isWanted(source: LogSource, wanted: string | null): boolean {
  return wanted === null ? source.source.startsWith('worker_') : source.source === wanted;
}

function byRank(a: LogSource, b: LogSource): number {
  return rankOf(a.source) - rankOf(b.source);
}

/** `run, reconciliation; in step 1: worker_0 to worker_7, adapter, …` */
function listed(sources: readonly LogSource[]): string {
  const steps = [...new Set(sources.map((source) => source.step))].toSorted((a, b) => (a ?? 0) - (b ?? 0));
  return steps
    .map((step) => {
      const names = sourceNames(sources.filter((source) => source.step === step));
      return step === null ? names : `in step ${step}: ${names}`;
    })
    .join('; ');
}

function sourceNames(sources: readonly LogSource[]): string {
  const workers = sources.filter((source) => rankOf(source.source) >= 0).toSorted(byRank);
  const others = sources.filter((source) => rankOf(source.source) < 0);
  const names = workers.map((source) => source.source);
  const shown = names.length > NAMED_WORKERS ? [`${names[0] ?? ''} to ${names.at(-1) ?? ''}`] : names;
  return [...shown, ...others.map((source) => source.source)].join(', ');
}
