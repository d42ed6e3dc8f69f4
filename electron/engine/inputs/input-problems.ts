import { type Problem, problem } from '../../../shared/problem.ts';
import { type LeftOut, leftOutHeadline, leftOutNames } from '../../../shared/run/left-out.ts';
import type { LeftOutFiles, UnusableInput } from './input-collector.ts';

/** The number of files that an error names before "and n more". */
const FILES_NAMED_IN_ERRORS = 3;

/** The character that replaces bytes that are not UTF-8. */
const REPLACED = '\uFFFD';

/** Returns the problem of a path that was named and does not exist. */
export function missingPath(path: string, workingDirectory: string): Problem {
  return problem(
    'no-inputs',
    `There is no file or folder ${path}.`,
    path.includes(REPLACED)
      ? 'Its name does not seem to be valid UTF-8: rename it (such names cannot be passed to programs), or check the spelling.'
      : `Check the spelling; relative paths start at ${workingDirectory}.`,
  );
}

/** Returns the problem of a folder or pattern without a match. @param leftOut what was found so far and not taken */
export function nothingFound(where: string, patterns: readonly string[], leftOut: LeftOutFiles): Problem {
  const hidden = leftOut.of('hidden');
  const others = leftOut.list().filter(({ reason }) => reason !== 'hidden');
  const reasons = [...(hidden === null ? [] : [hiddenInWords(hidden)]), ...others.map(leftOutInWords)];
  return problem(
    'no-inputs',
    [`No input found: looked for ${patterns.join(', ')} in ${where} and found none.`, ...reasons].join(' '),
    hidden === null
      ? 'Name another folder, or name the files themselves: a file that is named is taken whatever its name.'
      : 'Name another folder, or name the files themselves: a hidden file that is named is taken.',
  );
}

/** Returns the problem of a launch without any usable file. */
export function nothingLeft(leftOut: readonly LeftOut[]): Problem {
  return problem(
    'no-inputs',
    ['No input is left.', ...leftOut.map(leftOutInWords)].join(' '),
    'Repair these files, or name other inputs.',
  );
}

/** Returns the problem of a path that is neither a file nor a folder. */
export function invalidInput(path: string): Problem {
  return problem(
    'invalid-input',
    `${path} is neither a file nor a folder.`,
    'Inputs are read more than once, so a pipe or a device cannot be one: save its content in a file and name that.',
  );
}

/** Returns the problem of files and folders that were found and cannot be read. */
export function unreadableInputs(unusable: readonly UnusableInput[]): Problem {
  const what = unusable.length === 1 ? 'An input cannot be read' : `${unusable.length} inputs cannot be read`;
  const names = unusable.map(({ file, why }) => `${file} (${why})`);
  return problem(
    'unreadable-input',
    `${what}: ${listed(names)}.`,
    `${unreadableAdvice(unusable)} Or go on without such files with --skip-invalid.`,
  );
}

function unreadableAdvice(unusable: readonly UnusableInput[]): string {
  if (unusable.every(({ kind }) => kind === 'not-utf8')) return 'Rename it, or name the inputs without it.';
  const denied = unusable.find(({ why }) => why === 'permission denied');
  if (denied === undefined) return 'Repair or remove it, or name the inputs without it.';
  const mode = denied.folder ? 'u+rx' : 'u+r';
  return `Give yourself the permission (chmod ${mode} '${denied.file}'), or name the inputs without it.`;
}

function hiddenInWords(hidden: LeftOut): string {
  const { count } = hidden;
  const what = count === 1 ? '1 hidden file or folder was' : `${count} hidden files or folders were`;
  return `${what} left out: ${namesOf(hidden)}.`;
}

function leftOutInWords(group: LeftOut): string {
  return `${leftOutHeadline(group)}: ${namesOf(group)}.`;
}

function namesOf(group: LeftOut): string {
  return leftOutNames(group, FILES_NAMED_IN_ERRORS).join(', ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, FILES_NAMED_IN_ERRORS).join(', ');
  const rest = names.length - FILES_NAMED_IN_ERRORS;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
