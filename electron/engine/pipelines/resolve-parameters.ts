import { type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { closestWord } from '../../../shared/did-you-mean.ts';
import type { Parameter, ParameterValue } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { brokenLimit } from './check-pipeline.ts';
import type { LoadedPipeline } from './read-pipeline-file.ts';

const WHOLE_NUMBER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const YES = new Set(['true', 'yes', 'on', '1']);
const NO = new Set(['false', 'no', 'off', '0']);

/** A value, or what is wrong with the text. */
type Parsed = Result<ParameterValue, string>;

/**
 * Returns the values of a pipeline's parameters from the texts of `--param NAME=VALUE`, with defaults filled in. The path of a file or folder
 * becomes absolute (a given one below `workingDirectory`, a default below the pipeline's folder) and must exist.
 * @returns the problem `invalid-parameter` with all errors
 */
export function resolveParameters(
  { pipeline, pipelineDir }: Pick<LoadedPipeline, 'pipeline' | 'pipelineDir'>,
  given: Readonly<Record<string, string>>,
  workingDirectory: string,
): Result<Record<string, ParameterValue>, Problem> {
  const declared = Object.entries(pipeline.parameters);
  const complaints = Object.keys(given)
    .filter((name) => !Object.hasOwn(pipeline.parameters, name))
    .map((name) => unknownParameter(name, Object.keys(pipeline.parameters)));
  const values: [string, ParameterValue][] = [];
  for (const [name, parameter] of declared) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const parsed = text === undefined ? defaultOf(parameter, pipelineDir) : parse(parameter, text, workingDirectory);
    if (parsed.ok) values.push([name, parsed.value]);
    else complaints.push(`Parameter "${name}" ${parsed.error}.`);
  }
  if (complaints.length === 0) return ok(Object.fromEntries(values));
  const advice = 'Give parameters as --param NAME=VALUE; "drover pipelines" lists them with their types and defaults.';
  return err(problem('invalid-parameter', complaints.join('\n'), advice));
}

function unknownParameter(name: string, known: string[]): string {
  const guess = closestWord(name, known);
  if (guess !== null) return `There is no parameter "${name}". Did you mean "${guess}"?`;
  const list = known.length === 0 ? 'This pipeline has none' : `This pipeline has: ${known.join(', ')}`;
  return `There is no parameter "${name}". ${list}.`;
}

function defaultOf(parameter: Parameter, pipelineDir: string): Parsed {
  if (parameter.default === undefined) return err(`is missing: it has no default and must be given`);
  if (parameter.type === 'file' || parameter.type === 'folder')
    return existing(parameter, parameter.default, pipelineDir);
  return ok(parameter.default);
}

function parse(parameter: Parameter, text: string, workingDirectory: string): Parsed {
  if (text.includes('\0')) return err('holds a NUL character');
  switch (parameter.type) {
    case 'integer':
      if (!WHOLE_NUMBER.test(text) || !Number.isSafeInteger(Number(text))) return refused('a whole number', text);
      return withinLimits(parameter, Number(text));
    case 'number':
      if (!NUMBER.test(text) || !Number.isFinite(Number(text))) return refused('a number', text);
      return withinLimits(parameter, Number(text));
    case 'boolean':
      if (YES.has(text.toLowerCase())) return ok(true);
      return NO.has(text.toLowerCase()) ? ok(false) : refused('true or false', text);
    case 'choice':
      return parameter.choices.includes(text) ? ok(text) : refusedChoice(parameter.choices, text);
    case 'string':
      return ok(text);
    case 'file':
    case 'folder':
      return existing(parameter, text, workingDirectory);
  }
}

function withinLimits(limits: { minimum?: number | undefined; maximum?: number | undefined }, value: number): Parsed {
  const broken = brokenLimit(value, limits);
  return broken === null ? ok(value) : refused(broken, String(value));
}

function refusedChoice(choices: readonly string[], text: string): Parsed {
  const guess = closestWord(text, choices);
  const hint = guess === null ? '' : ` (did you mean ${guess}?)`;
  return refused(`one of ${choices.join(', ')}${hint}`, text);
}

/** Returns the absolute path of an existing file or folder. An empty default means that the parameter is optional. */
function existing(parameter: Parameter & { type: 'file' | 'folder' }, text: string, base: string): Parsed {
  const { type } = parameter;
  if (text === '') return parameter.default === '' ? ok('') : err(`must name a ${type}, found nothing`);
  const path = resolve(base, text);
  const stats = statOf(path);
  if (stats === null) return err(`names ${path}, which is not there or cannot be reached`);
  if (type === 'file' && stats.isDirectory()) return err(`must name a file, but ${path} is a folder`);
  if (type === 'folder' && !stats.isDirectory()) return err(`must name a folder, but ${path} is a file`);
  return ok(path);
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function refused(expected: string, text: string): Result<never, string> {
  return err(`must be ${expected}, found ${JSON.stringify(text)}`);
}
