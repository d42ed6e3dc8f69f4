import { didYouMean } from '../../../shared/did-you-mean.ts';
import type { Parameter, Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import { checkPlaceholders } from './check-placeholders.ts';
import { type Finding, jsonPath, shownValue } from './finding.ts';

/** Checks what the schema cannot: the references of one part of a pipeline to another. */
export function checkPipeline(pipeline: Pipeline): Finding[] {
  return [
    ...Object.entries(pipeline.parameters).flatMap(([name, parameter]) =>
      checkParameter(['parameters', name], parameter),
    ),
    ...pipeline.steps.flatMap((step, index) => checkStep(pipeline, step, index)),
  ];
}

function checkParameter(path: readonly string[], parameter: Parameter): Finding[] {
  const at = jsonPath([...path, 'default']);
  const { type } = parameter;
  if (type === 'choice') {
    const { choices } = parameter;
    if (parameter.default === undefined || choices.includes(parameter.default)) return [];
    return [
      { path: at, what: `must be one of the choices ${choices.join(', ')}, found ${shownValue(parameter.default)}` },
    ];
  }
  if (type !== 'integer' && type !== 'number') return [];
  const { minimum, maximum } = parameter;
  const findings: Finding[] = [];
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    findings.push({ path: jsonPath([...path, 'minimum']), what: `is ${minimum}, above the maximum ${maximum}` });
  } else if (parameter.default !== undefined) {
    const limit = brokenLimit(parameter.default, { minimum, maximum });
    if (limit !== null) findings.push({ path: at, what: `must be ${limit}, found ${parameter.default}` });
  }
  return findings;
}

/** Returns the limit that a value violates, as `at least 1`, or null. */
export function brokenLimit(
  value: number,
  limits: { minimum?: number | undefined; maximum?: number | undefined },
): string | null {
  if (limits.minimum !== undefined && value < limits.minimum) return `at least ${limits.minimum}`;
  if (limits.maximum !== undefined && value > limits.maximum) return `at most ${limits.maximum}`;
  return null;
}

function checkStep(pipeline: Pipeline, step: Step, index: number): Finding[] {
  const path = ['steps', index];
  const earlier = pipeline.steps.slice(0, index).map((other) => other.name);
  const findings: Finding[] = [];
  if (earlier.includes(step.name))
    findings.push({ path: jsonPath([...path, 'name']), what: `"${step.name}" is the name of an earlier step` });
  findings.push(...checkInputs(pipeline, step, path, earlier));
  findings.push(...checkLadder(pipeline, step, path));
  findings.push(...checkEnvironment(step, path));
  findings.push(...checkPlaceholders(pipeline, step, path));
  return findings;
}

function checkInputs(pipeline: Pipeline, step: Step, path: PropertyKey[], earlier: string[]): Finding[] {
  const at = [...path, 'inputs'];
  const { inputs } = step;
  if (inputs === 'run') return [];
  if (inputs === 'previous') {
    return earlier.length > 0
      ? []
      : [{ path: jsonPath(at), what: 'the first step has none before it; write "run" instead of "previous"' }];
  }
  const all = pipeline.steps.map((other) => other.name);
  if ('step' in inputs) return checkStepName(inputs.step, [...at, 'step'], earlier, all);
  const named = Object.entries(inputs.steps);
  if (named.length === 0) return [{ path: jsonPath([...at, 'steps']), what: 'must name at least one earlier step' }];
  return named.flatMap(([word, name]) => checkStepName(name, [...at, 'steps', word], earlier, all));
}

function checkStepName(name: string, path: PropertyKey[], earlier: string[], all: string[]): Finding[] {
  if (earlier.includes(name)) return [];
  if (all.includes(name))
    return [{ path: jsonPath(path), what: `"${name}" is not an earlier step; steps run in the order of the file` }];
  const known = earlier.length === 0 ? 'There is none before this one.' : `Earlier steps: ${earlier.join(', ')}.`;
  return [{ path: jsonPath(path), what: `there is no step "${name}".${didYouMean(name, earlier)} ${known}` }];
}

function checkLadder(pipeline: Pipeline, step: Step, path: PropertyKey[]): Finding[] {
  const ladder = step.on_out_of_memory;
  if (ladder === undefined) return [];
  const at = jsonPath([...path, 'on_out_of_memory', 'parameter']);
  const names = Object.keys(pipeline.parameters);
  const parameter = Object.hasOwn(pipeline.parameters, ladder.parameter)
    ? pipeline.parameters[ladder.parameter]
    : undefined;
  if (parameter === undefined)
    return [{ path: at, what: `there is no parameter "${ladder.parameter}".${didYouMean(ladder.parameter, names)}` }];
  if (parameter.type === 'integer' || parameter.type === 'number') return [];
  return [
    { path: at, what: `"${ladder.parameter}" must be an integer or a number to be lowered; it is a ${parameter.type}` },
  ];
}

function checkEnvironment(step: Step, path: PropertyKey[]): Finding[] {
  return Object.keys(step.env)
    .filter((name) => name === '' || name.includes('=') || name.includes('\0'))
    .map((name) => ({
      path: jsonPath([...path, 'env']),
      what: `${JSON.stringify(name)} cannot be the name of an environment variable`,
    }));
}
