import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';

/** The search path when PATH is not set. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
const WINDOWS_SUFFIXES = '.EXE;.CMD;.BAT;.COM';

/** The number of bytes read from the start of a program to find the interpreter in its first line; Linux reads 256. */
const SHEBANG_BYTES = 256;

/** The mounts of this process, on Linux. */
const MOUNTS = '/proc/self/mounts';

/**
 * Returns the absolute path of the program that a command would start: a name is searched on PATH, a relative path with a slash is
 * relative to the working directory of the command.
 * @param cwd absolute; the folder that the command will run in
 * @returns the problem `command-not-found` when nothing would start, with what was searched
 */
export function findCommand(
  program: string,
  env: Environment,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): Result<string, Problem> {
  if (program === '') return err(notFound('The command names no program.', 'Write the program first in "command".'));
  const isPath = program.includes('/') || (platform === 'win32' && program.includes('\\'));
  const folders = isPath ? [] : searchPath(env, cwd, platform);
  const candidates = isPath ? [resolve(cwd, program)] : folders.map((folder) => join(folder, program));
  const files = candidates.flatMap((file) => withSuffixes(file, env, platform));
  const found = files.find((file) => isExecutable(file));
  if (found === undefined)
    return err(isPath ? badPath(program, candidates, files) : notOnPath(program, folders, files));
  const interpreter = missingInterpreter(found);
  return interpreter === null ? ok(found) : err(badScript(found, interpreter));
}

function searchPath(env: Environment, cwd: string, platform: NodeJS.Platform): string[] {
  const path = env['PATH'] ?? env['Path'] ?? DEFAULT_PATH;
  return path.split(platform === 'win32' ? ';' : ':').map((folder) => resolve(cwd, folder));
}

function withSuffixes(file: string, env: Environment, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') return [file];
  return [file, ...(env['PATHEXT'] ?? WINDOWS_SUFFIXES).split(';').map((suffix) => `${file}${suffix}`)];
}

function isExecutable(file: string): boolean {
  if (statOf(file)?.isFile() !== true) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function badPath(program: string, candidates: readonly string[], files: readonly string[]): Problem {
  const path = candidates[0] ?? program;
  const stats = files.map(statOf).find((found) => found !== null) ?? null;
  if (stats === null) {
    const advice = isAbsolute(program)
      ? 'Check the path in the pipeline’s "command".'
      : 'A relative program begins at the step’s "cwd"; write {pipeline_dir}/… for one beside the pipeline.';
    return notFound(`There is no program ${path}.`, advice);
  }
  if (!stats.isFile()) return notFound(`${path} is not a file.`, 'Name a program in the pipeline’s "command".');
  const mount = noexecMount(path);
  if (mount !== null) return onNoexecDisk(path, mount);
  return notFound(`${path} is not executable.`, `Run chmod +x ${path}, or start it with its interpreter.`);
}

function notOnPath(program: string, folders: readonly string[], files: readonly string[]): Problem {
  const plain = files.find((file) => statOf(file)?.isFile() === true);
  const mount = plain === undefined ? null : noexecMount(plain);
  if (plain !== undefined && mount !== null) return onNoexecDisk(plain, mount);
  if (plain !== undefined) return notFound(`${plain} is not executable.`, `Run chmod +x ${plain}.`);
  return notFound(
    `There is no program "${program}" on PATH (${folders.join(', ')}).`,
    'Install it, activate the environment that has it, or write its full path in the pipeline’s "command".',
  );
}

function onNoexecDisk(path: string, mount: string): Problem {
  return notFound(
    `${path} cannot be started: the disk at ${mount} is mounted noexec, so no program on it can be.`,
    'Put it on another disk (for the data folder: DROVER_HOME), or write its interpreter before it in "command", such as sh or {python}.',
  );
}

function badScript(file: string, interpreter: string): Problem {
  const advice = interpreter.endsWith('\r')
    ? 'The file has Windows line ends; convert them (dos2unix).'
    : 'Install that interpreter, or correct the first line.';
  return notFound(`The first line of ${file} asks for ${JSON.stringify(interpreter)}, which is not there.`, advice);
}

function notFound(message: string, advice: string): Problem {
  return problem('command-not-found', message, advice);
}

/**
 * Returns the interpreter in the first line of a script when it does not exist, otherwise null. The system then answers the start with
 * "no such file", which reads as if the script were missing.
 */
function missingInterpreter(file: string): string | null {
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(startOf(file))?.[1];
  if (interpreter === undefined) return null;
  return existsSync(interpreter) ? null : interpreter;
}

function startOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(SHEBANG_BYTES);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A program may be executable but not readable.
    return '';
  }
}

/**
 * Returns the mount point of a path's disk when programs on it cannot be started (`noexec`), as on hardened home and temporary folders.
 * @returns null when they can be started, or when that is unknown
 */
export function noexecMount(path: string, mounts = MOUNTS): string | null {
  try {
    return findNoexec(realpathSync(path), readFileSync(mounts, 'utf8'));
  } catch {
    return null;
  }
}

function findNoexec(path: string, table: string): string | null {
  let found: { point: string; noexec: boolean } | null = null;
  for (const line of table.split('\n')) {
    const [, escaped = '', , options = ''] = line.split(' ');
    const point = escaped.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    const isAbove = point !== '' && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
    // Of two mounts at one place, the later one is visible.
    if (!isAbove || point.length < (found?.point.length ?? 0)) continue;
    found = { point, noexec: options.split(',').includes('noexec') };
  }
  return found?.noexec === true ? found.point : null;
}
