import type { Parameter } from '../../shared/pipeline/pipeline.ts';

const WHOLE_NUMBER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Returns a sentence on what is wrong with the text of a parameter's field; null when it is valid. Whether a file exists is checked by the
 * engine.
 */
export function parameterComplaint(parameter: Parameter, text: string): string | null {
  switch (parameter.type) {
    case 'integer':
      return numberComplaint(parameter, text.trim(), WHOLE_NUMBER, Number.isSafeInteger);
    case 'number':
      return numberComplaint(parameter, text.trim(), NUMBER, Number.isFinite);
    case 'choice':
      return parameter.choices.includes(text) ? null : `Choose one of ${parameter.choices.join(', ')}.`;
    case 'boolean':
      return text === 'true' || text === 'false' ? null : 'Choose yes or no.';
    case 'string':
      return text === '' && parameter.default === undefined ? 'Fill this in.' : null;
    case 'file':
    case 'folder':
      return text.trim() === '' && parameter.default !== '' ? `Choose a ${parameter.type}.` : null;
    default:
      return parameter satisfies never;
  }
}

type NumberParameter = Extract<Parameter, { type: 'integer' | 'number' }>;

function numberComplaint(
  parameter: NumberParameter,
  text: string,
  pattern: RegExp,
  isUsable: (value: number) => boolean,
): string | null {
  const value = Number(text);
  const { minimum = -Infinity, maximum = Infinity } = parameter;
  if (pattern.test(text) && isUsable(value) && value >= minimum && value <= maximum) return null;
  return `Give ${expected(parameter)}.`;
}

/** Describes the values of a numeric field: `a whole number from 1 to 8`. */
export function expected({ type, minimum, maximum }: NumberParameter): string {
  const what = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined) return `${what} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${what}, at least ${minimum}`;
  return maximum === undefined ? what : `${what}, at most ${maximum}`;
}
