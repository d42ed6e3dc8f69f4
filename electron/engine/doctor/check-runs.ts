import type { Check } from '../../../shared/contract/doctor.ts';
import type { PipelineList } from '../../../shared/contract/launch.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { plural } from '../../../shared/format.ts';
import { adviceOnReading, type Problem } from '../../../shared/problem.ts';
import { checkOf } from './check.ts';

/**
 * Checks for runs that need a person: interrupted ones can be resumed, damaged ones can only be inspected.
 * @param unseen the problem that folders of runs cannot be read
 */
export function checkRuns(entries: readonly RunListEntry[], unseen: Problem | null): Check {
  const { ok, warning } = checkOf('runs', 'Runs');
  if (unseen !== null) return warning(unseen.message, unseen.advice);
  const interrupted = entries.filter(({ status }) => status === 'interrupted');
  const damaged = entries.filter(({ status }) => status === 'damaged');
  const [first] = interrupted;
  if (first !== undefined) {
    const names = interrupted.slice(0, 3).map(({ run }) => run);
    const more = interrupted.length > names.length ? ', …' : '';
    return warning(
      `${plural(interrupted.length, 'run')} ended without their owner: ${names.join(', ')}${more}.`,
      `Go on with "drover resume ${first.run}", or stop it with "drover stop ${first.run}".`,
    );
  }
  const [broken] = damaged;
  if (broken !== undefined) {
    return warning(
      `${plural(damaged.length, 'run folder')} cannot be read, for example ${broken.directory}: ${broken.damage ?? ''}.`,
      adviceOnReading(broken.damage ?? '', 'Put the missing file back from a backup, or remove the folder.'),
    );
  }
  return ok(`${plural(entries.length, 'run')}, none of them interrupted or damaged.`);
}

/** Checks for files of the user's own pipelines that cannot be used. */
export function checkPipelines({ pipelines, problems }: PipelineList): Check {
  const { ok, warning } = checkOf('pipelines', 'Pipelines');
  const [first] = problems;
  if (first === undefined) return ok(`${plural(pipelines.length, 'pipeline')} can be used.`);
  return warning(`${first.file} cannot be used: ${first.problem.message}`, first.problem.advice);
}
