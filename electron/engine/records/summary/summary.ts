import { deviceLabel } from '../../../../shared/device.ts';
import { bytes, count, duration, energy, percent, plural, time } from '../../../../shared/format.ts';
import { queueWish } from '../../../../shared/run/device-queue.ts';
import { leftOutHeadline } from '../../../../shared/run/left-out.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import {
  cell,
  clipStart,
  LINE_COLUMNS,
  numberCell,
  oneLine,
  wrap,
  wrapWords,
} from '../../../../shared/text-columns.ts';
import { writeFileAtomic } from '../../files/write-file-atomic.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import { summaryFile } from '../../run-directory/paths.ts';
import { heading } from '../archive/archive.ts';
import type { DeviceMetrics } from '../metrics/metrics-document.ts';
import { andMore, type SummaryInput, type SummaryLimits } from './summary-input.ts';
import { stepsSection, workersSection } from './summary-steps.ts';
import { failuresSection, interventionsSection, problemsSection, reconciliationSection } from './summary-troubles.ts';

/** Size limit of a summary (bytes, with its archive block): people read it and keep it in git, whatever the size of the run. */
const SUMMARY_BYTES = 12 * 1024;
/** Space for the archive block, which comes last. */
const ARCHIVE_BLOCK_BYTES = 320;
const LIMITS: SummaryLimits = {
  parameters: 20,
  leftOut: 10,
  devices: 16,
  steps: 10,
  workers: 64,
  problems: 12,
  failures: 20,
  interventions: 10,
  differences: 10,
};
/** If the summary is too long, all lists are shortened to these shares, one after the other. */
const SHARES = [1, 0.6, 0.35, 0.2, 0.1];

/** Columns of the label at the beginning of a line. */
const LABEL = 11;

/** Number of devices of one model that are named. Others are only counted. */
const NAMED_PER_MODEL = 8;

/** Builds the text of logs_summary.txt without its archive block: 80 columns, about 10 KB. */
export function buildSummary(input: SummaryInput): string {
  const room = SUMMARY_BYTES - ARCHIVE_BLOCK_BYTES;
  let text = '';
  for (const share of SHARES) {
    text = render(input, scale(LIMITS, share));
    if (Buffer.byteLength(text) <= room) break;
  }
  return text;
}

/**
 * Writes logs_summary.txt. This removes an earlier archive block: the block is written when the archive is made.
 * @throws the file system's error
 */
export function writeSummary(directory: string, text: string): void {
  writeFileAtomic(summaryFile(directory), text);
}

function render(input: SummaryInput, limits: SummaryLimits): string {
  const sections = [
    headSection(input, limits),
    devicesSection(input, limits),
    stepsSection(input, limits),
    workersSection(input, limits),
    problemsSection(input, limits),
    failuresSection(input, limits),
    interventionsSection(input, limits),
    reconciliationSection(input, limits),
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function scale(limits: SummaryLimits, share: number): SummaryLimits {
  const part = (limit: number): number => Math.max(1, Math.floor(limit * share));
  return {
    parameters: part(limits.parameters),
    leftOut: part(limits.leftOut),
    devices: part(limits.devices),
    steps: part(limits.steps),
    workers: part(limits.workers),
    problems: part(limits.problems),
    failures: part(limits.failures),
    interventions: part(limits.interventions),
    differences: part(limits.differences),
  };
}

/** When a run was queued, and what it waited for. */
function queued({ queue }: RunState): string[] {
  return queue === null ? [] : field('Queued', `${time(queue.since)} for ${queueWish(queue)}`);
}

/** Describes what ran, on which inputs, where and when. */
function headSection(input: SummaryInput, limits: SummaryLimits): string[] {
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
    ...queued(state),
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

/** Lists files that were found beside the inputs but not used, by reason. The first ones are named. */
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

/** Lists the devices and what they did. CPU slots have no figures of their own: the table of workers shows them. */
function devicesSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const rows = input.metrics.devices.filter((device) => device.device.kind !== 'cpu');
  const shown = rows.slice(0, limits.devices);
  return [
    heading('Devices'),
    ...models(input.metadata).flatMap((words) => wrapWords(words, 0)),
    ...(shown.length === 0 ? [] : ['device        items  failed   busy  peak memory  utilization     energy']),
    ...shown.map(row),
    ...andMore(rows.length, shown.length, 'device'),
  ];
}

/** Returns the words for each model: its name, and its devices. */
function models(metadata: Metadata): string[][] {
  const byModel = Map.groupBy(metadata.devices, (device) =>
    device.driver === null ? device.name : `${device.name}, driver ${device.driver}`,
  );
  if (byModel.size === 0) return [['none']];
  return [...byModel].map(([model, devices]) => {
    const named = devices.slice(0, NAMED_PER_MODEL).map(deviceLabel);
    const names = [...named, ...andMore(devices.length, named.length, 'device')];
    const withCommas = names.map((name, index) => (index < names.length - 1 ? `${name},` : name));
    return [...oneLine(`${devices.length} × ${model}:`).split(' '), ...withCommas];
  });
}

function row(device: DeviceMetrics): string {
  const utilization = percent(device.mean_utilization === null ? null : device.mean_utilization / 100);
  return [
    cell(deviceLabel(device.device), 8),
    numberCell(count(device.complete), 11),
    numberCell(count(device.failed), 8),
    numberCell(percent(device.busy_share), 7),
    numberCell(bytes(device.peak_memory), 13),
    numberCell(utilization, 13),
    numberCell(energy(device.energy), 11),
  ].join('');
}
