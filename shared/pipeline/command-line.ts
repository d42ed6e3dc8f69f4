import { beginOf, type LaunchRequest } from '../contract/launch.ts';

/** Characters that have no special meaning for any POSIX shell, anywhere in a word. */
const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes one word for a POSIX shell: unchanged where that is safe, otherwise in single quotes. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Returns the `drover run` line for a request, for a POSIX shell. When a path of the request is relative, the line begins with a `cd` to the
 * folder that the path is relative to.
 */
export function runCommandLine(request: LaunchRequest): string {
  const command = ['drover', 'run', ...runArguments(request)].map(shellWord).join(' ');
  if (!pathsOf(request).some(isRelative)) return command;
  return `cd ${shellWord(optionPath(request.workingDirectory))} && ${command}`;
}

function runArguments(request: LaunchRequest): string[] {
  return [
    ...option('--pipeline', request.pipeline),
    // All paths follow one flag and the next flag ends the list, so no path may begin with a hyphen.
    '--input',
    ...request.inputs.map(optionPath),
    ...option('--output', request.output),
    ...option('--devices', request.devices),
    ...Object.entries(request.parameters).flatMap(([name, value]) => option('--param', `${name}=${value}`)),
    ...option('--dispatch', request.dispatch),
    ...option('--retries', request.retries),
    ...option('--workers-per-device', request.workersPerDevice),
    ...option('--stall-timeout', request.stallTimeout),
    ...option('--name', request.name),
    ...(request.overwrite ? ['--overwrite'] : []),
    ...(request.skipInvalid ? ['--skip-invalid'] : []),
    ...beginArguments(request),
  ];
}

/** A number that follows `--when-free` would be the number of devices, so nothing comes after it. */
function beginArguments(request: LaunchRequest): string[] {
  const begin = beginOf(request);
  if (begin.kind === 'now') return begin.share ? ['--share'] : [];
  return ['--when-free', ...(begin.any === null ? [] : [String(begin.any)])];
}

function option(flag: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  const text = String(value);
  return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
}

/** Returns a path that is not read as an option: it does not begin with a hyphen. */
function optionPath(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

function pathsOf({ pipeline, inputs, output }: LaunchRequest): string[] {
  const isFile = pipeline.includes('/') || pipeline.endsWith('.json');
  return [...inputs, ...(output === undefined ? [] : [output]), ...(isFile ? [pipeline] : [])];
}

function isRelative(path: string): boolean {
  return !isAbsolutePath(path);
}

/** Whether a path is absolute, on POSIX systems or on Windows. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}
