import { join } from 'node:path';
import type { Pipeline } from '../../../shared/pipeline/pipeline.ts';
import { placeholdersIn } from '../../../shared/pipeline/placeholders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from './find-command.ts';

export interface PythonQuestion {
  readonly env: Environment;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
  /** The interpreter from the settings, when one is set. */
  readonly setting?: string | undefined;
}

/**
 * Returns the interpreter for `{python}`. A chosen one (`DROVER_PYTHON`, then the settings) must work. Otherwise it is that of the active
 * environment (`VIRTUAL_ENV`, `CONDA_PREFIX`), or else `python3` or `python` on PATH.
 * @returns the problem `command-not-found`, to be shown only when a step uses `{python}`
 */
export function findPython(question: PythonQuestion): Result<string, Problem> {
  const { env, workingDirectory, setting } = question;
  const chosen = firstNonEmpty(env['DROVER_PYTHON'], setting);
  if (chosen !== null) {
    const found = findCommand(chosen, env, workingDirectory);
    return found.ok ? found : err(badChoice(chosen, found.error));
  }
  const environments = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter(
    (folder) => folder !== undefined && folder !== '',
  );
  const candidates = [...environments.map((folder) => interpreterIn(String(folder))), 'python3', 'python'];
  for (const candidate of candidates) {
    const found = findCommand(candidate, env, workingDirectory);
    if (found.ok) return found;
  }
  return err(
    problem(
      'command-not-found',
      `This pipeline needs Python, and none was found (looked for ${candidates.join(', ')}).`,
      'Activate an environment that has Python, install it, or set DROVER_PYTHON to the interpreter.',
    ),
  );
}

/** Whether a pipeline uses `{python}` anywhere. */
export function usesPython(pipeline: Pick<Pipeline, 'steps'>): boolean {
  return pipeline.steps.some((step) => {
    const cost = typeof step.cost === 'string' ? [] : step.cost.command;
    const texts = [...step.command, ...Object.values(step.env), step.cwd ?? '', ...cost];
    return texts.some((text) => placeholdersIn(text).includes('python'));
  });
}

function interpreterIn(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

function firstNonEmpty(...texts: (string | undefined)[]): string | null {
  return texts.find((text) => text !== undefined && text !== '') ?? null;
}

function badChoice(chosen: string, cause: Problem): Problem {
  return problem(
    'command-not-found',
    `The chosen Python interpreter "${chosen}" cannot be used: ${cause.message}`,
    'Correct DROVER_PYTHON or the setting, or remove it to take the active environment’s interpreter.',
  );
}
