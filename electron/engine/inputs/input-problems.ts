import { type Problem, problem } from '../../../shared/problem.ts';
import type { UnusableInput } from './input-collector.ts';
import { FILES_NAMED_IN_ERRORS } from './limits.ts';

/** A path that was named and is not there. */
export function missingPath(path: string, workingDirectory: string): Problem {
  return problem(
    'no-inputs',
    `There is no file or folder ${path}.`,
    `Check the spelling; relative paths start at ${workingDirectory}.`,
  );
}

/** A folder or pattern that was searched in vain. */
export function nothingFound(where: string, patterns: readonly string[], hidden: readonly string[]): Problem {
  const leftOut = hidden.length === 0 ? '' : ` ${hiddenInWords(hidden)}`;
  return problem(
    'no-inputs',
    `No input found: looked for ${patterns.join(', ')} in ${where} and found none.${leftOut}`,
    hidden.length === 0
      ? 'Name another folder, or name the files themselves: a file that is named is taken whatever its name.'
      : 'Name another folder, or name the files themselves: a hidden file that is named is taken.',
  );
}

/** A path that is neither a file nor a folder. */
export function invalidInput(path: string): Problem {
  return problem(
    'invalid-input',
    `${path} is neither a file nor a folder.`,
    'Inputs are read more than once, so a pipe or a device cannot be one: save its content in a file and name that.',
  );
}

/** Files and folders that were found and that the system does not let us read. */
export function unreadableInputs(unusable: readonly UnusableInput[]): Problem {
  const what = unusable.length === 1 ? 'An input cannot be read' : `${unusable.length} inputs cannot be read`;
  const names = unusable.map(({ file, why }) => `${file} (${why})`);
  return problem('unreadable-input', `${what}: ${listed(names)}.`, unreadableAdvice(unusable));
}

function unreadableAdvice(unusable: readonly UnusableInput[]): string {
  const denied = unusable.find(({ why }) => why === 'permission denied');
  if (denied === undefined) return 'Repair or remove it, or name the inputs without it.';
  const mode = denied.folder ? 'u+rx' : 'u+r';
  return `Give yourself the permission (chmod ${mode} '${denied.file}'), or name the inputs without it.`;
}

function hiddenInWords(hidden: readonly string[]): string {
  const what = hidden.length === 1 ? '1 hidden file or folder was' : `${hidden.length} hidden files or folders were`;
  return `${what} left out: ${listed(hidden)}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, FILES_NAMED_IN_ERRORS).join(', ');
  const rest = names.length - FILES_NAMED_IN_ERRORS;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
