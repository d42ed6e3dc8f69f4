import { relative, sep } from 'node:path';
import type { StepContext } from './step-values.ts';

/** Whether a folder is one of a run's own or lies in one, which do not exist before the run. */
export function isOwnFolder(
  path: string,
  { runDirectory, outputDir }: Pick<StepContext, 'runDirectory' | 'outputDir'>,
) {
  return [runDirectory, outputDir].some((folder) => relative(folder, path).split(sep)[0] !== '..');
}
