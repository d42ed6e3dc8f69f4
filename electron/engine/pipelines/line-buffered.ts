import type { Step } from '../../../shared/pipeline/pipeline.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from './find-command.ts';

/**
 * The command as it is started: with `line_buffered` through `stdbuf -oL` where there is one, so that a C program's lines reach
 * the log at once and not in blocks of 4 KB; without one, unchanged.
 */
export function lineBuffered(
  step: Pick<Step, 'line_buffered'>,
  command: readonly string[],
  env: Environment,
  cwd: string,
): string[] {
  if (!step.line_buffered) return [...command];
  const stdbuf = findCommand('stdbuf', env, cwd);
  return stdbuf.ok ? [stdbuf.value, '-oL', ...command] : [...command];
}
