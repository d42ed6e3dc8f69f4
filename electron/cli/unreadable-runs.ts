import type { UnreadableFolder } from '../../shared/contract/runs.ts';
import { type CliContext, must, ProblemError } from './cli-context.ts';

/**
 * Reports on standard error which run folders cannot be read, so that nobody concludes that their runs do not exist.
 * @param foundNothing whether nothing else was found; then the command ends with status 2
 */
export async function reportUnreadableRuns(
  { engine, report }: Pick<CliContext, 'engine' | 'report'>,
  foundNothing: boolean,
): Promise<UnreadableFolder[]> {
  const unreadable = must(await engine.unreadableRuns({}));
  if (unreadable === null) return [];
  if (foundNothing) throw new ProblemError(unreadable.problem);
  report(`${unreadable.problem.message} ${unreadable.problem.advice}`);
  return unreadable.folders;
}
