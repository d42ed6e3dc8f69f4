import { type Command, Option } from 'commander';
import { type Begin, beginSchema, type LaunchRequest, launchSchema } from '../../shared/contract/launch.ts';
import { dispatchSchema } from '../../shared/pipeline/pipeline.ts';
import { problem } from '../../shared/problem.ts';
import { type CliContext, ProblemError } from './cli-context.ts';

/** The launch options as commander passes them: text, not checked yet. */
export interface LaunchOptions {
  pipeline?: string;
  input?: string[];
  output?: string;
  devices?: string;
  param?: string[];
  dispatch?: string;
  retries?: string;
  workersPerDevice?: string;
  stallTimeout?: string;
  name?: string;
  overwrite?: boolean;
  skipInvalid?: boolean;
  whenFree?: string | true;
  share?: boolean;
}

/** Adds the options that define what to run, on which devices and how: the same for `plan` and `run`. */
export function addLaunchOptions(command: Command): Command {
  return command
    .option('-p, --pipeline <P>', 'a pipeline’s name (see drover pipelines) or a JSON file; required')
    .option('-i, --input <PATH...>', 'files, folders (searched for the pipeline’s patterns) or globs; required')
    .option('-o, --output <DIR>', 'folder for the last step’s outputs (default: inside the run’s folder)')
    .option('-d, --devices <D>', 'all, a list of indices such as 0,2, UUIDs, or cpu:N for N CPU slots (default: all)')
    .addOption(
      new Option('--param <k=v>', 'sets a parameter of the pipeline; may be repeated').argParser(
        (value: string, before: string[] | undefined) => [...(before ?? []), value],
      ),
    )
    .option('--dispatch <how>', `how workers get their items, for all steps: ${dispatchSchema.options.join(', ')}`)
    .option('--retries <N>', 'attempts at an item after the first')
    .option('--workers-per-device <K>', 'workers that share one device')
    .option('--stall-timeout <S>', 'seconds without a sign of life after which a worker counts as stalled')
    .option('--name <TEXT>', 'a name for people, shown beside the run id')
    .option('--overwrite', 'replace output files that are there already')
    .option('--when-free [N]', 'begin when these devices are free; with N, when any N of them are')
    .option('--share', 'begin now, also on devices that another run uses')
    .option('--skip-invalid', 'leave out input files that are not valid, instead of refusing to start');
}

/** Returns the request that the options describe. A missing or invalid option ends the command with status 2. */
export function launchRequest(options: LaunchOptions, context: CliContext): LaunchRequest {
  return {
    pipeline: requiredPipeline(options.pipeline),
    inputs: requiredInputs(options.input),
    ...given('output', checkedText('--output', options.output)),
    ...given('devices', checkedText('--devices', options.devices)),
    parameters: parameters(options.param ?? []),
    ...given('dispatch', dispatch(options.dispatch)),
    ...given('retries', numberOption('--retries', options.retries, 'retries', 'a whole number from 0 to 100')),
    ...given(
      'workersPerDevice',
      numberOption('--workers-per-device', options.workersPerDevice, 'workersPerDevice', 'a whole number from 1 to 64'),
    ),
    ...given(
      'stallTimeout',
      numberOption('--stall-timeout', options.stallTimeout, 'stallTimeout', 'seconds, more than 0'),
    ),
    ...given('name', runName(options.name)),
    overwrite: options.overwrite ?? false,
    skipInvalid: options.skipInvalid ?? false,
    ...given('begin', beginOption(options)),
    workingDirectory: context.workingDirectory,
  };
}

/** Returns when a run is to begin, for the commands that start one; undefined where neither option was given. */
export function beginOption({ whenFree, share = false }: Pick<LaunchOptions, 'whenFree' | 'share'>): Begin | undefined {
  if (whenFree !== undefined && share)
    throw wrong('--when-free and --share do not go together.', 'Choose one: wait for the devices, or share them.');
  if (whenFree === undefined) return share ? { kind: 'now', share } : undefined;
  if (whenFree === true) return { kind: 'when-free', any: null };
  const parsed = beginSchema.safeParse({ kind: 'when-free', any: Number(whenFree) });
  if (parsed.success) return parsed.data;
  throw wrong(`"--when-free ${whenFree}" cannot be used.`, 'Give the number of devices, from 1 to 1024, or no number.');
}

function requiredPipeline(text: string | undefined): string {
  if (text !== undefined && text !== '') return text;
  throw wrong(
    'No pipeline was given.',
    'Add --pipeline with a name or a JSON file; `drover pipelines` lists the names.',
  );
}

function requiredInputs(paths: readonly string[] | undefined): string[] {
  const some = (paths ?? []).filter((path) => path !== '');
  if (some.length > 0 && some.length === paths?.length) return some;
  if (some.length > 0) throw wrong('One of the paths after --input is empty.', 'Check the variable that it came from.');
  throw wrong('No input was given.', 'Add --input with files, a folder or a quoted glob such as "data/*.fasta".');
}

/** Parses `k=v` pairs; the value begins after the first `=`, and the last of two values for one name counts. */
function parameters(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw wrong(`"--param ${pair}" is not of the form name=value.`, 'Write for example --param k=5.');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function dispatch(text: string | undefined): LaunchRequest['dispatch'] {
  if (text === undefined) return undefined;
  const parsed = dispatchSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrong(`"--dispatch ${text}" is not known.`, `Choose one of ${dispatchSchema.options.join(', ')}.`);
}

function numberOption(
  flag: string,
  text: string | undefined,
  key: 'retries' | 'workersPerDevice' | 'stallTimeout',
  expected: string,
): number | undefined {
  if (text === undefined) return undefined;
  // Number('') is 0, but an empty text does not mean 0.
  const parsed = launchSchema.shape[key].safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (parsed.success) return parsed.data;
  throw wrong(`"${flag} ${text}" cannot be used.`, `Give ${expected}.`);
}

function checkedText(flag: string, text: string | undefined): string | undefined {
  if (text === '') throw wrong(`${flag} is empty.`, 'Check the variable that it came from, or leave the option out.');
  return text;
}

function runName(text: string | undefined): string | undefined {
  if (launchSchema.shape.name.safeParse(text).success) return text;
  throw wrong('The text after --name is too long.', 'Keep it to 200 characters.');
}

/** Returns an object with one property or none: an option that was not given is absent, not undefined. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  const object: { [K in Key]?: Value } = {};
  if (value !== undefined) object[key] = value;
  return object;
}

function wrong(message: string, advice: string): ProblemError {
  return new ProblemError(problem('invalid-usage', message, advice));
}
