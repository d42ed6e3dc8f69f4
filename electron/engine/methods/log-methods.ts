import type { Methods } from '../../../shared/contract.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findLogSources } from '../logs/find-log-sources.ts';
import { readLogRange } from '../logs/read-log-range.ts';
import type { EngineCore } from './engine-core.ts';

type LogMethods = Pick<Methods, 'logSources' | 'readLog'>;

/** Methods about the logs of a run: which there are, and their bytes by range. */
export function logMethods(core: EngineCore): LogMethods {
  return {
    async logSources({ run }) {
      const found = core.find(run);
      return found.ok ? ok(findLogSources(found.value.directory)) : found;
    },
    async readLog({ run, source, step, offset, length }) {
      const path = logPath(core, run, source, step);
      return path.ok ? ok(await readLogRange(path.value, offset, length)) : path;
    },
  };
}

function logPath(core: EngineCore, run: string, source: string, step: number | undefined): Result<string, Problem> {
  const found = core.find(run);
  if (!found.ok) return found;
  // Only what is listed can be read: a source is compared and never becomes part of a path.
  const sources = findLogSources(found.value.directory);
  const log = sources.findLast(
    (entry) => entry.source === source && (step === undefined || entry.step === step || entry.step === null),
  );
  if (log !== undefined) return ok(log.path);
  const names = [...new Set(sources.map((entry) => entry.source))].join(', ');
  return err(problem('unknown-source', `Run ${run} has no log "${source}".`, `There are: ${names}.`));
}
