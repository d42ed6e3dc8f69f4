import type { LogName } from '../../../shared/contract/logs.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findLogSources } from '../logs/find-log-sources.ts';
import { isRunSource, logSourcePath } from '../logs/log-paths.ts';
import { arePacked, packedProblem } from '../records/packed-logs.ts';
import type { EngineCore } from './engine-core.ts';

/** Where a log is. */
export interface FoundLog {
  /** The whole id of its run. */
  run: string;
  path: string;
  /** null for a log of the whole run. */
  step: number | null;
  size: number;
}

/** A log that is there, by its name; of several steps the last one's where none is named. */
export function findLog(core: EngineCore, name: LogName): Result<FoundLog, Problem> {
  const found = core.find(name.run);
  if (!found.ok) return found;
  const { run, directory } = found.value;
  // Only what is listed can be read: a source is compared and never becomes part of a path.
  const sources = findLogSources(directory);
  const log = sources.findLast(
    ({ source, step }) => source === name.source && (name.step === undefined || step === name.step || step === null),
  );
  if (log !== undefined) return ok({ run, path: log.path, step: log.step, size: log.size });
  if (arePacked(directory)) return err(packedProblem(run));
  const names = [...new Set(sources.map(({ source }) => source))].join(', ');
  return err(problem('unknown-source', `Run ${run} has no log "${name.source}".`, `There are: ${names}.`));
}

/** A log that is there, or one that may come: a worker that has not started yet is named with its step. */
export function findLogToCome(core: EngineCore, name: LogName): Result<FoundLog, Problem> {
  const there = findLog(core, name);
  const found = core.find(name.run);
  if (there.ok || !found.ok) return there;
  const ofRun = isRunSource(name.source);
  if (!ofRun && name.step === undefined) return there;
  const step = ofRun ? null : (name.step ?? null);
  const path = logSourcePath(found.value.directory, name.source, step ?? 1);
  return path === null ? there : ok({ run: found.value.run, path, step, size: 0 });
}
