import { resolve } from 'node:path';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { parseTemplate, substitute, type Template } from '../../../shared/pipeline/placeholders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from './find-command.ts';
import {
  type ItemContext,
  itemValues,
  type StepContext,
  stepValues,
  type WorkerContext,
  workerValues,
} from './step-values.ts';

/**
 * The largest command line with its files in bytes, including the ends of strings. Linux allows about 2 MB and macOS 1 MB, including the
 * environment, so this leaves room for the environment.
 */
const MAX_ARGUMENT_BYTES = 1_000_000;

/** The values for a command: always step and worker, and with `each` an item or with `list` the worker's list. */
export interface CommandContext {
  readonly step: StepContext;
  readonly worker: WorkerContext;
  /** `each`: the item, with its outputs from `expandOutputs`. */
  readonly item?: (ItemContext & { readonly outputs: readonly string[] }) | undefined;
  /** `list`: the worker's files, read only when the command uses them, and the text file with their paths. */
  readonly list?: { readonly files: () => readonly string[]; readonly manifest: string } | undefined;
}

/** A command ready to be started, without a shell and without placeholders. */
export interface ExpandedCommand {
  /** The program and its arguments. */
  readonly command: string[];
  /** The variables that the step adds to the environment of every worker. */
  readonly env: Record<string, string>;
  /** Absolute. */
  readonly cwd: string;
}

/**
 * Fills in a step's command, environment and working directory.
 * @returns the problem `arguments-too-long` when the files do not fit into a command line
 */
export function expandCommand(
  step: Pick<Step, 'name' | 'command' | 'env' | 'cwd'>,
  context: CommandContext,
): Result<ExpandedCommand, Problem> {
  const values = valuesOf(context);
  let files: readonly string[] = [];
  const command = step.command.flatMap((text) => {
    const template = parseTemplate(text);
    if (!isFilesAlone(template)) return [substitute(template, values)];
    files = context.list?.files() ?? [];
    return files;
  });
  const bytes = command.reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0);
  if (bytes > MAX_ARGUMENT_BYTES) return err(tooLong(step.name, bytes, files.length));
  return ok({
    command,
    env: Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [name, substitute(parseTemplate(text), values)]),
    ),
    cwd: workingDirectory(step, context.step, values),
  });
}

/** Returns the arguments of a cost command for one file. */
export function expandCostCommand(command: readonly string[], file: string, context: StepContext): string[] {
  const values = { ...stepValues(context), ...itemValues({ file, relative_dir: '' }) };
  return command.map((text) => substitute(parseTemplate(text), values));
}

function valuesOf({ step, worker, item, list }: CommandContext): Record<string, string> {
  const output = item?.outputs[0];
  return {
    ...stepValues(step),
    ...workerValues(worker),
    ...(item === undefined ? {} : itemValues(item)),
    ...(output === undefined ? {} : { output }),
    ...(list === undefined ? {} : { manifest: list.manifest }),
  };
}

function isFilesAlone({ parts }: Template): boolean {
  const [first] = parts;
  return parts.length === 1 && first?.kind === 'placeholder' && first.name === 'files';
}

function workingDirectory(step: Pick<Step, 'cwd'>, context: StepContext, values: Record<string, string>): string {
  if (step.cwd === undefined) return context.runDirectory;
  return resolve(context.runDirectory, substitute(parseTemplate(step.cwd), values));
}

function tooLong(step: string, bytes: number, files: number): Problem {
  return problem(
    'arguments-too-long',
    `The command of step "${step}" would be ${bytes} bytes long with its ${files} files; at most ${MAX_ARGUMENT_BYTES} are allowed.`,
    'Write {manifest} instead of {files} in the pipeline: the program then reads the paths from a text file, one per line.',
  );
}

/**
 * Returns the command as it is started: with `line_buffered` through `stdbuf -oL` where that exists, so that lines of a C program reach
 * the log at once and not in blocks of 4 KB; unchanged without it.
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
