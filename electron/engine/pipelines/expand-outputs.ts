import { join } from 'node:path';
import type { ParameterValue, Step } from '../../../shared/pipeline/pipeline.ts';
import { parseTemplate, placeholdersIn, substitute, type Template } from '../../../shared/pipeline/placeholders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { outputPathComplaint } from './check-placeholders.ts';
import { type ItemContext, itemValues, parameterValues } from './step-values.ts';

export interface OutputContext {
  /** The step's output folder, absolute. */
  readonly outputDir: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** The parsed text of an output, for many items. */
interface OutputTemplate {
  readonly text: string;
  readonly template: Template;
  /** Whether the text itself contains the place of the item's folder. */
  readonly placesFolder: boolean;
}

/**
 * Prepares the absolute paths of the declared outputs. An item found in a subfolder keeps that folder:
 * `<output folder>/<relative folder>/<output>`, unless the output itself places it with `{relative_dir}`.
 * @returns a function for the items of the step; it returns a problem when a name or a parameter would lead out of the output folder
 */
export function prepareOutputs(
  step: Pick<Step, 'outputs'>,
  context: OutputContext,
): (item: ItemContext) => Result<string[], Problem> {
  const parameters = Object.entries(parameterValues(context.parameters));
  const templates = step.outputs.map((text): OutputTemplate => {
    const template = parseTemplate(text);
    return { text, template, placesFolder: placeholdersIn(text).includes('relative_dir') };
  });
  return (item) => {
    const values = itemValues(item);
    for (const [name, value] of parameters) values[name] = value;
    const paths: string[] = [];
    for (const { text, template, placesFolder } of templates) {
      const path = substitute(template, values);
      const relative = placesFolder ? path : join(item.relative_dir, path);
      const complaint = outputPathComplaint(path) ?? (relative === path ? null : outputPathComplaint(relative));
      if (complaint !== null) return err(misplaced(item.file, text, path, complaint));
      paths.push(join(context.outputDir, relative));
    }
    return ok(paths);
  };
}

/** Does the same for a single item. */
export function expandOutputs(
  step: Pick<Step, 'outputs'>,
  item: ItemContext,
  context: OutputContext,
): Result<string[], Problem> {
  return prepareOutputs(step, context)(item);
}

function misplaced(file: string, output: string, path: string, complaint: string): Problem {
  return problem(
    'output-folder',
    `The output "${output}" of ${file} becomes "${path}", but it ${complaint}.`,
    'Change the parameter or the file name that it is made of, or the output in the pipeline.',
  );
}
