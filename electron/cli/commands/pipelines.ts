import type { Command } from 'commander';
import type { PipelineSummary } from '../../../shared/contract/launch.ts';
import type { Parameter } from '../../../shared/pipeline/pipeline.ts';
import { oneLine } from '../../../shared/text-columns.ts';
import { type CliContext, must } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { tableLines } from '../table.ts';

const COLUMNS = [
  { heading: '--param' },
  { heading: 'TYPE' },
  { heading: 'DEFAULT' },
  { heading: 'ALLOWED' },
  { heading: '' },
];

const EXAMPLES = `
Examples:
  drover pipelines
  drover pipelines --json | jq -r '.pipelines[].name'

Pipelines of your own are JSON files in the folder pipelines of the data directory.`;

/** `drover pipelines`: bundled and own pipelines, with their parameters and steps. */
export function registerPipelinesCommand(program: Command, context: () => CliContext): void {
  program
    .command('pipelines')
    .summary('show the available pipelines')
    .description('Shows bundled and own pipelines with their parameters and steps.')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: { json?: boolean }) => pipelines(context(), options.json ?? false));
}

async function pipelines(context: CliContext, json: boolean): Promise<void> {
  const list = must(await context.engine.pipelines({}));
  if (json) return printJson(context, list);
  for (const [index, pipeline] of list.pipelines.entries()) {
    if (index > 0) context.print('');
    for (const line of pipelineLines(pipeline)) context.print(line);
  }
  // The message names the file.
  for (const { problem } of list.problems) context.report(`drover: ${problem.message}\n  ${problem.advice}`);
}

function pipelineLines(pipeline: PipelineSummary): string[] {
  const source = pipeline.replacesBundled ? `${pipeline.source}, in place of the bundled one` : pipeline.source;
  return [
    `${pipeline.name}: ${oneLine(pipeline.title)} (${source})`,
    ...(pipeline.description === '' ? [] : [`  ${oneLine(pipeline.description)}`]),
    `  files: ${pipeline.patterns.join(' ')}`,
    ...parameterLines(pipeline.parameters),
    ...pipeline.steps.map((step, index) => {
      const command = step.command.map(oneLine).join(' ');
      return `  step ${index + 1}: ${step.name} (${step.dispatch}, ${step.device}): ${command}`;
    }),
  ];
}

function parameterLines(parameters: Readonly<Record<string, Parameter>>): string[] {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    name,
    parameter.type,
    parameter.default === undefined ? 'required' : String(parameter.default),
    allowed(parameter),
    parameter.description ?? parameter.title ?? '',
  ]);
  return rows.length === 0 ? [] : tableLines(COLUMNS, rows).map((line) => `  ${line}`);
}

function allowed(parameter: Parameter): string {
  switch (parameter.type) {
    case 'integer':
    case 'number':
      return range(parameter.minimum, parameter.maximum);
    case 'choice':
      return parameter.choices.join(', ');
    case 'boolean':
      return 'true, false';
    default:
      return '';
  }
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `from ${minimum}`;
  return maximum === undefined ? '' : `up to ${maximum}`;
}
