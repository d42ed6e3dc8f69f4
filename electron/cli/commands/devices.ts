import type { Command } from 'commander';
import type { DeviceLease } from '../../../shared/contract/machine.ts';
import { type Device, deviceLabel } from '../../../shared/device.ts';
import { deviceUse, idleWords } from '../../../shared/device-use.ts';
import { bytes, localTime } from '../../../shared/format.ts';
import { oneLine } from '../../../shared/text-columns.ts';
import { type CliContext, must } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { type Column, tableLines, UNKNOWN } from '../table.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'DEVICE' },
  { heading: 'NAME' },
  { heading: 'MEMORY USED', number: true },
  { heading: 'FREE', number: true },
  { heading: 'TOTAL', number: true },
  { heading: 'UTIL', number: true },
  { heading: 'TEMP', number: true },
  { heading: 'POWER', number: true },
  { heading: 'DRIVER' },
  { heading: 'UUID' },
];

const EXAMPLES = `
Examples:
  drover devices
  drover devices --json | jq -r '.devices[] | [.index, .name, .memory_free] | @tsv'

Below the table: who has each device, runs of Drover first. Unknown values are shown as –. Drover respects CUDA_VISIBLE_DEVICES and shows only the devices in it.`;

/** `drover devices`: the devices found, their figures and the processes on them. */
export function registerDevicesCommand(program: Command, context: () => CliContext): void {
  program
    .command('devices')
    .summary('show the devices found')
    .description('Shows the devices that runs can use, their memory and load, and the processes on them.')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: { json?: boolean }) => devices(context(), options.json ?? false));
}

async function devices(context: CliContext, json: boolean): Promise<void> {
  const found = must(await context.engine.devices({}));
  if (json) return printJson(context, found);
  for (const line of tableLines(COLUMNS, found.devices.map(deviceRow))) context.print(line);
  for (const line of found.devices.flatMap((device) => useLines(device, found.leases))) context.print(line);
  for (const problem of found.problems) context.report(`drover: ${problem}`);
}

function deviceRow(device: Device): string[] {
  return [
    device.kind === 'mig' && device.parent_index !== null
      ? `${deviceLabel(device)} of GPU ${device.parent_index}`
      : deviceLabel(device),
    device.unified_memory && device.kind !== 'cpu' ? `${device.name} (shares the host's memory)` : device.name,
    memory(device.memory_used),
    memory(device.memory_free),
    memory(device.memory_total),
    figure(device.utilization, ' %'),
    figure(device.temperature, ' °C'),
    figure(device.power, ' W'),
    device.driver ?? UNKNOWN,
    device.uuid ?? UNKNOWN,
  ];
}

/** Who has a device: runs by their leases, then the processes on it. Of one without either it says what is known. */
function useLines(device: Device, leases: readonly DeviceLease[]): string[] {
  const label = deviceLabel(device);
  const use = deviceUse(device, leases);
  const runs = use.leases.map((lease) => leaseLine(label, lease));
  const processes = device.processes.map((entry) => {
    const name = oneLine(entry.name ?? 'a process without a known name');
    const of = entry.user === undefined ? '' : ` of ${oneLine(entry.user)}`;
    const whose = entry.ours ? 'ours' : 'not ours';
    return `${label}: process ${entry.pid} ${name}${of}, ${memory(entry.memory_used)}, ${whose}`;
  });
  const lines = [...runs, ...processes];
  return lines.length === 0 && device.kind !== 'cpu' ? [`${label}: ${inSentence(idleWords(use))}`] : lines;
}

function inSentence(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function leaseLine(label: string, { run, pipeline, user, shared, since, until }: DeviceLease): string {
  const of = user === null ? '' : ` of ${oneLine(user)}`;
  const end = until === null ? '' : `, until about ${localTime(until)}`;
  return `${label}: run ${run} (${oneLine(pipeline)})${of}, since ${localTime(since)}${end}${shared ? ', shared' : ''}`;
}

function memory(value: number | null): string {
  return value === null ? UNKNOWN : bytes(value);
}

function figure(value: number | null, unit: string): string {
  return value === null ? UNKNOWN : `${Math.round(value)}${unit}`;
}
