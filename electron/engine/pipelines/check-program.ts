import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { parseTemplate, placeholdersIn, substitute } from '../../../shared/pipeline/placeholders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from './find-command.ts';
import { type StepContext, stepValues } from './step-values.ts';

/**
 * Checks before the start that the step's program and its working directory exist. For a missing working directory the system would report
 * that the program is missing. A working directory inside the run's folders is created when a worker starts there.
 * @param env the environment that the worker will have
 * @returns the absolute path of the program
 */
export function checkProgram(
  step: Pick<Step, 'name' | 'command' | 'env' | 'cwd'>,
  context: StepContext,
  env: Environment,
): Result<string, Problem> {
  const values = stepValues(context);
  const cwd = fixedDirectory(step, context, values);
  if (cwd !== null && !isOwnFolder(cwd, context) && !isFolder(cwd)) return err(noDirectory(step.name, cwd));
  const program = substitute(parseTemplate(step.command[0] ?? ''), values);
  const path = fixedText(step.env['PATH'], values) ?? env['PATH'];
  const found = findCommand(program, { ...env, PATH: path }, cwd ?? context.runDirectory);
  if (found.ok) return found;
  return err({ ...found.error, message: `Step "${step.name}" cannot start. ${found.error.message}` });
}

/** Returns the working directory, or null when it depends on the item or the worker. */
function fixedDirectory(step: Pick<Step, 'cwd'>, context: StepContext, values: Record<string, string>): string | null {
  if (step.cwd === undefined) return context.runDirectory;
  const cwd = fixedText(step.cwd, values);
  return cwd === null ? null : resolve(context.runDirectory, cwd);
}

function fixedText(text: string | undefined, values: Record<string, string>): string | null {
  if (text === undefined || !placeholdersIn(text).every((name) => Object.hasOwn(values, name))) return null;
  return substitute(parseTemplate(text), values);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function noDirectory(step: string, cwd: string): Problem {
  return problem(
    'command-not-found',
    `Step "${step}" cannot start: its working directory ${cwd} is not there.`,
    'Make that folder, or correct "cwd" in the pipeline.',
  );
}

/** Whether a folder is one of the run's own or inside one; they do not exist before the run. */
export function isOwnFolder(
  path: string,
  { runDirectory, outputDir }: Pick<StepContext, 'runDirectory' | 'outputDir'>,
) {
  return [runDirectory, outputDir].some((folder) => relative(folder, path).split(sep)[0] !== '..');
}
