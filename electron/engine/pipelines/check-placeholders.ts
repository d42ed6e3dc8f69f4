import { didYouMean } from '../../../shared/did-you-mean.ts';
import type { Dispatch, Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import {
  ITEM_PLACEHOLDERS,
  JOIN_PREFIX,
  LIST_PLACEHOLDERS,
  PARAMETER_PREFIX,
  PLACEHOLDERS,
  parseTemplate,
  placeholdersIn,
  WORKER_PLACEHOLDERS,
} from '../../../shared/pipeline/placeholders.ts';
import { type Finding, jsonPath } from './finding.ts';

/** The place of a template, which decides which placeholders have a value in it. */
type Place = 'program' | 'argument' | 'env' | 'cwd' | 'output' | 'cost';

interface Scope {
  readonly pipeline: Pipeline;
  readonly step: Step;
  readonly place: Place;
}

/** Checks every template of a step: each placeholder must exist and have a value in its place. */
export function checkPlaceholders(pipeline: Pipeline, step: Step, path: readonly PropertyKey[]): Finding[] {
  const check = (place: Place, text: string, ...below: PropertyKey[]): Finding[] =>
    checkTemplate({ pipeline, step, place }, text).map((what) => ({ path: jsonPath([...path, ...below]), what }));
  const cost = typeof step.cost === 'string' ? [] : step.cost.command;
  return [
    ...step.command.flatMap((text, index) => check(index === 0 ? 'program' : 'argument', text, 'command', index)),
    ...Object.entries(step.env).flatMap(([name, text]) => check('env', text, 'env', name)),
    ...(step.cwd === undefined ? [] : check('cwd', step.cwd, 'cwd')),
    ...step.outputs.flatMap((text, index) => check('output', text, 'outputs', index)),
    ...cost.flatMap((text, index) => check('cost', text, 'cost', 'command', index)),
    ...checkOutputPaths(step, path),
  ];
}

function checkTemplate(scope: Scope, text: string): string[] {
  const findings: string[] = [];
  if (text.includes('\0')) findings.push('holds a NUL character, which no program can be given');
  const template = parseTemplate(text);
  if (template.mixedBraces) findings.push('mixes single and doubled braces; write every literal brace twice');
  for (const name of placeholdersIn(text)) {
    const complaint = complaintAbout(scope, name);
    if (complaint !== null) findings.push(complaint);
  }
  if (scope.place === 'argument' && template.parts.length > 1 && placeholdersIn(text).includes('files'))
    findings.push('{files} must stand alone as one argument: it becomes one argument per file');
  return findings;
}

function complaintAbout(scope: Scope, name: string): string | null {
  if (name.startsWith(PARAMETER_PREFIX)) return complaintAboutParameter(scope, name);
  if (name.startsWith(JOIN_PREFIX)) return complaintAboutJoin(scope, name) ?? complaintAboutPlace(scope, name);
  if (PLACEHOLDERS.includes(name)) return complaintAboutPlace(scope, name);
  const guess = didYouMean(name.trim(), PLACEHOLDERS);
  return `{${name}} is not a placeholder; write {{${name}}} for that text with its braces.${guess}`;
}

function complaintAboutParameter({ pipeline }: Scope, name: string): string | null {
  const parameter = name.slice(PARAMETER_PREFIX.length);
  if (Object.hasOwn(pipeline.parameters, parameter)) return null;
  const guess = didYouMean(parameter, Object.keys(pipeline.parameters));
  return `{${name}}: there is no parameter "${parameter}"; declare it under "parameters".${guess}`;
}

function complaintAboutJoin({ step }: Scope, name: string): string | null {
  const { inputs } = step;
  if (typeof inputs === 'string' || 'step' in inputs)
    return `{${name}} names a file of a join; this step's "inputs" are not {"steps": {…}}`;
  const word = name.slice(JOIN_PREFIX.length);
  if (Object.hasOwn(inputs.steps, word)) return null;
  const guess = didYouMean(word, Object.keys(inputs.steps));
  return `{${name}}: "inputs" joins no step under the word "${word}".${guess}`;
}

function complaintAboutPlace({ step, place }: Scope, name: string): string | null {
  if (place === 'output') return complaintAboutOutput(name);
  if (place === 'cost') {
    const known = ['file', 'name', 'stem', 'pipeline_dir', 'resources', 'python', 'node'];
    return known.includes(name) ? null : `{${name}} has no value when costs are estimated`;
  }
  if (includes(LIST_PLACEHOLDERS, name)) return complaintAboutList(step.dispatch, place, name);
  const ofItem = includes(ITEM_PLACEHOLDERS, name) || name.startsWith(JOIN_PREFIX);
  if (place === 'program' && (ofItem || includes(WORKER_PLACEHOLDERS, name)))
    return `{${name}} cannot be the program: it is searched once, before anything starts`;
  if (!ofItem) return null;
  if (step.dispatch !== 'each')
    return `{${name}} stands for one item, but with "dispatch": "${step.dispatch}" ${GETS_ITEMS[step.dispatch]}; "each" starts one process per item`;
  return name === 'output' && step.outputs.length === 0
    ? '{output} is the first of "outputs", and there is none'
    : null;
}

const GETS_ITEMS: Record<Exclude<Dispatch, 'each'>, string> = {
  queue: 'a worker reads its items from standard input',
  list: 'a worker gets its items as {files} or {manifest}',
};

function complaintAboutList(dispatch: Dispatch, place: Place, name: string): string | null {
  if (dispatch !== 'list') return `{${name}} is only there with "dispatch": "list", not with "${dispatch}"`;
  if (name === 'files' && place !== 'argument') return '{files} can only be an argument of the command';
  return place === 'program' ? `{${name}} cannot be the program` : null;
}

/** Checks a placeholder of an output. Outputs are known before the start, so that duplicates are found: they depend only on the item. */
function complaintAboutOutput(name: string): string | null {
  if (name === 'name' || name === 'stem' || name === 'relative_dir') return null;
  const hint = name === 'file' ? '; {name} is its last part' : '';
  return `{${name}} cannot be used in an output, only {name}, {stem}, {relative_dir} and {param.NAME}${hint}`;
}

function checkOutputPaths(step: Step, path: readonly PropertyKey[]): Finding[] {
  return step.outputs.flatMap((text, index) => {
    const at = jsonPath([...path, 'outputs', index]);
    if (step.outputs.indexOf(text) < index) return [{ path: at, what: `"${text}" is there twice` }];
    const what = outputPathComplaint(text);
    return what === null ? [] : [{ path: at, what: `${what}, found "${text}"` }];
  });
}

/** Returns what is wrong with the path of an output, or null; checks the template and later the expanded path. */
export function outputPathComplaint(path: string): string | null {
  if (/^[/\\]|^[A-Za-z]:[\\/]/.test(path)) return "must be relative to the step's output folder";
  if (/(?:^|[\\/])\.\.(?:[\\/]|$)/.test(path)) return 'must not leave the output folder with ".."';
  if (/(?:^|\/)\.?$/.test(path)) return 'must name a file, not a folder';
  return null;
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
