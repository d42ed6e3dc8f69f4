import type { LaunchRequest } from '../contract/launch.ts';

/** Characters that no POSIX shell takes for anything but themselves, wherever they stand in a word. */
const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes one word for a POSIX shell: as it is where that is safe, else in single quotes. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The `drover run` line that does what a request asks for, for a POSIX shell. Where a path of the request is relative, the line begins
 * with a `cd` to the folder in which it starts.
 */
export function runCommandLine(request: LaunchRequest): string {
  const command = ['drover', 'run', ...runArguments(request)].map(shellWord).join(' ');
  if (!pathsOf(request).some(isRelative)) return command;
  return `cd ${shellWord(optionPath(request.workingDirectory))} && ${command}`;
}

function runArguments(request: LaunchRequest): string[] {
  return [
    ...option('--pipeline', request.pipeline),
    // All paths follow one flag; the next flag ends them, so none may begin with a hyphen.
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
  ];
}

function option(flag: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  const text = String(value);
  return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
}

/** A path that begins with a hyphen would be read as an option. */
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

/** Whether a path says by itself where it starts, on POSIX systems or on Windows. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}
