import type { z } from 'zod';
import { didYouMean } from '../../../shared/did-you-mean.ts';
import { ladderSchema, parameterSchema, pipelineSchema, stepSchema } from '../../../shared/pipeline/pipeline.ts';
import { type Finding, jsonPath, shownValue } from './finding.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Converts the issues of the schema into sentences: the place, the rule and the value found. */
export function describeSchemaIssues(issues: readonly Issue[], document: unknown): Finding[] {
  return issues.flatMap((issue) => describe(issue, [], document));
}

function describe(issue: Issue, above: Path, document: unknown): Finding[] {
  const path = [...above, ...issue.path];
  const found = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'invalid_union' && isObject(found)) {
    const branch = nearestBranch(issue.errors);
    if (branch !== null) return branch.flatMap((inner) => describe(inner, path, document));
  }
  if (issue.code === 'invalid_key')
    return [{ path: jsonPath(path), what: `this name is not allowed; use letters, digits and "_", no digit first` }];
  const missing = found === undefined;
  const what = missing ? `is missing; it ${rule(issue, path)}` : `${rule(issue, path)}, found ${shownValue(found)}`;
  return [{ path: jsonPath(path), what }];
}

function unknownKey(path: Path, key: string): Finding {
  const known = keysAt(path);
  const guess = didYouMean(key, known);
  const list = guess === '' ? ` Keys allowed here: ${known.join(', ')}.` : guess;
  return { path: jsonPath(path), what: `unknown key "${key}".${list}` };
}

/** Returns the keys that the schema knows at a place where it refuses an unknown key. */
function keysAt(path: Path): string[] {
  const last = path.at(-1);
  if (path.length === 0) return Object.keys(pipelineSchema.shape);
  if (path[0] === 'parameters')
    return [...new Set(parameterSchema.options.flatMap((option) => Object.keys(option.shape)))];
  if (path[0] === 'inputs') return Object.keys(pipelineSchema.shape.inputs.shape);
  if (last === 'inputs') return ['step', 'steps'];
  if (last === 'cost') return ['command'];
  if (last === 'on_out_of_memory') return Object.keys(ladderSchema.shape);
  return Object.keys(stepSchema.shape);
}

/** Returns the alternative form with the fewest mistakes, of those with the type of the value. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const ofItsKind = branches.filter((issues) => !issues.some((issue) => issue.path.length === 0 && isKind(issue)));
  return ofItsKind.toSorted((a, b) => a.length - b.length)[0] ?? null;
}

function isKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function rule(issue: Issue, path: Path): string {
  const own = ruleOfKey(path);
  if (own !== null) return `must be ${own}`;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${list(issue.values.map(shownValue))}`;
    case 'invalid_union':
      return `must be ${list(discriminators(issue))}`;
    case 'too_small':
      return `must ${limit(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${limit(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    default:
      return issue.message;
  }
}

/** Returns the rule for keys that need a clearer text than the schema gives. */
function ruleOfKey(path: Path): string | null {
  const last = path.at(-1);
  if (path.length === 1 && last === 'name') return 'lower-case letters, digits and "-"';
  if (path[0] !== 'steps' || path.length !== 3) return null;
  if (last === 'name') return 'letters, digits, "_" and "-", with a letter or digit first';
  if (last === 'inputs') return '"run", "previous", {"step": NAME} or {"steps": {WORD: NAME, …}}';
  if (last === 'cost')
    return '"bytes", "lines", "fasta-sequences", "fasta-residues", "fasta-attention", "jsonl-records" or {"command": […]}';
  return null;
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function limit(origin: string, comparison: string, bound: number | bigint): string {
  if (origin === 'string')
    return bound === 1 || bound === 1n ? 'not be empty' : `have ${comparison} ${bound} characters`;
  if (origin === 'array') return `have ${comparison} ${bound} ${Number(bound) === 1 ? 'entry' : 'entries'}`;
  return `be ${comparison} ${bound}`;
}

function discriminators(issue: Issue): string[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(shownValue) : ['of a known form'];
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const key of path) {
    if (!isObject(value) || typeof key === 'symbol' || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
