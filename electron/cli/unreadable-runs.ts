import type { UnreadableFolder } from '../../shared/contract/runs.ts';
import { type CliContext, must, ProblemError } from './cli-context.ts';

/**
 * Tells on standard error which folders of runs cannot be read, so that nobody takes what is not seen for what is not there.
 * @param foundNothing then there is nothing else to be told, and the command ends with status 2
 */
export async function tellUnreadableRuns(
  { engine, say }: Pick<CliContext, 'engine' | 'say'>,
  foundNothing: boolean,
): Promise<UnreadableFolder[]> {
  const unreadable = must(await engine.unreadableRuns({}));
  if (unreadable === null) return [];
  if (foundNothing) throw new ProblemError(unreadable.problem);
  say(`${unreadable.problem.message} ${unreadable.problem.advice}`);
  return unreadable.folders;
}
