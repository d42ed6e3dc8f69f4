import type { Problem } from '../../shared/problem.ts';

/** A field of the form; `form` is the form as a whole. */
export type FieldName =
  | 'pipeline'
  | 'inputs'
  | 'devices'
  | 'cpuSlots'
  | 'anyCount'
  | 'dispatch'
  | 'retries'
  | 'workersPerDevice'
  | 'stallTimeout'
  | 'output'
  | 'overwrite'
  | 'name'
  | 'form'
  | `parameter.${string}`;

export interface FieldProblem {
  message: string;
  /** What to do next; empty where the message contains it. */
  advice: string;
  /** True if the person has not filled in the field yet: shown only when they try to start. */
  missing: boolean;
}

export type FieldProblems = { [Name in FieldName]?: FieldProblem | undefined };

/** Creates a field's problem from one sentence. */
export function fieldProblem(message: string, { missing = false }: { missing?: boolean } = {}): FieldProblem {
  return { message, advice: '', missing };
}

/** Returns the field of a pipeline's parameter. */
export function parameterField(name: string): FieldName {
  return `parameter.${name}`;
}

/** How the engine begins a sentence about a parameter. */
const ABOUT_PARAMETER = /^Parameter "([^"]+)" (.*)$/;
/** The words with which the engine names a dispatch that a pipeline's commands do not support. */
const ABOUT_DISPATCH = 'with the dispatch "';

/**
 * Returns the fields that a refusal of the engine concerns, so that it is shown where it can be fixed.
 * @param parameters names of the existing fields
 */
export function problemFields(problem: Problem, parameters: readonly string[]): FieldProblems {
  if (problem.reason === 'invalid-parameter') return aboutParameters(problem, parameters);
  const { reason, message } = problem;
  const advice = reason === 'device-in-use' ? IN_USE_ADVICE : inWordsOfForm(problem.advice);
  return { [fieldOf(problem)]: { message, advice, missing: false } };
}

/** What can be done in the form about devices that other runs have. */
const IN_USE_ADVICE = 'Choose other devices, or choose below that it waits for these or shares them.';

/** The command's options and the labels of their fields. */
const LABELS: Readonly<Record<string, string>> = {
  '--dispatch': '“Dispatch”',
  '--output': '“Output folder”',
  '--overwrite': '“Replace output files that are there already”',
  '--skip-invalid': '“Leave out files that turn out to be damaged”',
  '--workers-per-device': '“Workers per device”',
};

/** Replaces the options of the command in an advice by the names of their fields. */
function inWordsOfForm(advice: string): string {
  return advice.replace(/--[a-z]+(?:-[a-z]+)*/g, (option) => LABELS[option] ?? option);
}

function fieldOf({ reason, message }: Problem): FieldName {
  switch (reason) {
    case 'invalid-pipeline':
      return message.includes(ABOUT_DISPATCH) ? 'dispatch' : 'pipeline';
    case 'unknown-pipeline':
    case 'command-not-found':
      return 'pipeline';
    case 'no-inputs':
    case 'unreadable-input':
    case 'invalid-input':
    case 'output-collision':
    case 'arguments-too-long':
      return 'inputs';
    case 'output-exists':
      return 'overwrite';
    case 'output-folder':
    case 'output-in-use':
      return 'output';
    case 'unknown-device':
    case 'no-device':
    case 'device-in-use':
      return 'devices';
    default:
      return 'form';
  }
}

/** Assigns each sentence to its parameter; the others are shown below the form. */
function aboutParameters(problem: Problem, parameters: readonly string[]): FieldProblems {
  const problems: FieldProblems = {};
  const others: string[] = [];
  for (const line of problem.message.split('\n')) {
    const [, name, complaint] = ABOUT_PARAMETER.exec(line) ?? [];
    if (name === undefined || complaint === undefined || !parameters.includes(name)) others.push(line);
    else problems[parameterField(name)] = fieldProblem(`${complaint.charAt(0).toUpperCase()}${complaint.slice(1)}`);
  }
  if (others.length > 0) problems.form = { message: others.join('\n'), advice: problem.advice, missing: false };
  return problems;
}
