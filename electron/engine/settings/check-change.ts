import { type Problem, problem } from '../../../shared/problem.ts';
import type { SettingsChange } from '../../../shared/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';

/** What is wrong with a change that its schema cannot see: programs that are not there. null when nothing is. */
export function checkChange(change: SettingsChange, env: Environment, home: string): Problem | null {
  const { interpreter } = change;
  if (interpreter === undefined || interpreter === null) return null;
  const found = findCommand(interpreter, env, home);
  if (found.ok) return null;
  return problem(
    'command-not-found',
    found.error.message,
    'Give the path of a Python interpreter, or leave this empty.',
  );
}
