import { deviceLabel } from '../../../shared/device.ts';
import { bytes, count, percent } from '../../../shared/format.ts';
import { cell, numberCell, oneLine, wrapWords } from '../../../shared/text-columns.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { heading } from './archive-block.ts';
import type { DeviceMetrics } from './metrics-document.ts';
import { andMore, type SummaryInput, type SummaryLimits } from './summary-input.ts';

/** So many devices of one model are named; more are counted. */
const NAMED_PER_MODEL = 8;
const JOULES_PER_WATT_HOUR = 3600;

/** Which devices there were and what they did. CPU slots have no figures of their own: their workers tell it. */
export function devicesSection(input: SummaryInput, limits: SummaryLimits): string[] {
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

/** The words of each model: what it is, and which devices it stands for. */
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
  const energy = device.energy === null ? '-' : `${(device.energy / JOULES_PER_WATT_HOUR).toFixed(1)} Wh`;
  const utilization = device.mean_utilization === null ? '-' : `${device.mean_utilization.toFixed(0)} %`;
  return [
    cell(deviceLabel(device.device), 8),
    numberCell(count(device.complete), 11),
    numberCell(count(device.failed), 8),
    numberCell(percent(device.busy_share), 7),
    numberCell(bytes(device.peak_memory), 13),
    numberCell(utilization, 13),
    numberCell(energy, 11),
  ].join('');
}
