import { type Problem, problem } from '../../../shared/problem.ts';

/** The number of findings that a message lists for one file; the others are only counted. */
const MAX_FINDINGS_SHOWN = 5;

/** The largest number of characters of a refused value in a message. */
const MAX_VALUE_SHOWN = 60;

/** One error in a pipeline: its place, and a sentence about it. */
export interface Finding {
  /** In JavaScript notation: `steps[0].retries`; empty for the whole file. */
  readonly path: string;
  readonly what: string;
}

/** Combines all findings of a file into one message that lists the first five. */
export function findingsProblem(file: string, findings: readonly Finding[]): Problem {
  const lines = findings
    .slice(0, MAX_FINDINGS_SHOWN)
    .map(({ path, what }) => (path === '' ? what : `${path}: ${what}`));
  const rest = findings.length - lines.length;
  if (rest > 0) lines.push(`and ${rest} more`);
  const list = lines.length === 1 ? ` ${lines.join('')}` : lines.map((line) => `\n  ${line}`).join('');
  return problem(
    'invalid-pipeline',
    `${file} is not a valid pipeline:${list}`,
    'Correct the file; docs/pipelines.md describes every key, and resources/pipeline.schema.json lets an editor check them.',
  );
}

/** Returns a path into a JSON document as text: `steps[0].env.BATCH`, `parameters["a b"]`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w$]+$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(String(key))}]`;
  }
  return text;
}

/** Returns a refused value for a message, cut to a readable length. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_SHOWN ? text : `${text.slice(0, MAX_VALUE_SHOWN)}…`;
}
