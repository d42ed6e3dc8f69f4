import { bytes, count, duration, plural, time } from '../../../shared/format.ts';
import { leftOutHeadline } from '../../../shared/run/left-out.ts';
import { clipStart, LINE_COLUMNS, oneLine, wrap } from '../../../shared/text-columns.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { andMore, type SummaryInput, type SummaryLimits } from './summary-input.ts';

/** Columns of the word at the beginning of a line. */
const LABEL = 11;

/** What ran, over what, where and when. */
export function headSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const { metadata, state } = input;
  return [
    `Drover run ${state.run}`,
    '='.repeat(LINE_COLUMNS),
    ...field('Status', input.status),
    ...(metadata.name === null ? [] : field('Name', metadata.name)),
    ...field('Pipeline', `${metadata.pipeline} (${metadata.definition.title ?? metadata.pipeline_source})`),
    ...field('Parameters', parameters(metadata, limits)),
    ...field('Inputs', inputs(metadata)),
    ...leftOut(metadata, limits),
    ...path('Outputs', metadata.output_dir ?? `${input.directory}/outputs`),
    ...path('Directory', input.directory),
    ...field('Host', host(metadata)),
    ...field('Software', `Drover ${metadata.versions.drover}, Node ${metadata.versions.node}`),
    ...field('Started', time(state.started)),
    ...field('Ended', `${time(state.ended)} after ${duration(input.metrics.makespan_seconds)}`),
  ];
}

function field(label: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, LABEL);
  return [label.padEnd(LABEL) + first.trimStart(), ...rest];
}

function path(label: string, text: string): string[] {
  return [label.padEnd(LABEL) + clipStart(oneLine(text), LINE_COLUMNS - LABEL)];
}

function parameters(metadata: Metadata, limits: SummaryLimits): string {
  const all = Object.entries(metadata.parameters);
  if (all.length === 0) return 'none';
  const shown = all.slice(0, limits.parameters).map(([name, value]) => `${name}=${value}`);
  return [...shown, ...andMore(all.length, shown.length, 'parameter')].join(', ');
}

function inputs(metadata: Metadata): string {
  let size = 0;
  for (const input of metadata.inputs) size += input.size;
  return `${plural(metadata.inputs.length, 'file')}, ${bytes(size)}`;
}

/** What was met beside the inputs and not taken, by reason, the first ones by name. */
function leftOut({ left_out: groups = [] }: Metadata, limits: SummaryLimits): string[] {
  return groups.flatMap((group, index) => [
    ...field(index === 0 ? 'Left out' : '', leftOutHeadline(group)),
    ...group.files
      .slice(0, limits.leftOut)
      .flatMap(({ file, why }) => [
        ' '.repeat(LABEL + 2) + clipStart(oneLine(file), LINE_COLUMNS - LABEL - 2),
        ...(why === null ? [] : wrap(why, LABEL + 4)),
      ]),
    ...andMore(group.count, Math.min(limits.leftOut, group.files.length), 'file').map(
      (line) => ' '.repeat(LABEL + 2) + line,
    ),
  ]);
}

function host(metadata: Metadata): string {
  const { hostname, platform, release, arch, cpus, memory_bytes } = metadata.host;
  return `${hostname}: ${platform} ${release} ${arch}, ${count(cpus)} processors, ${bytes(memory_bytes)} memory`;
}
