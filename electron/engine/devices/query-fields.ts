import type { DeviceSample } from '../../../shared/device.ts';
import { mebibytesOrNull, numberOrNull, parseCsvLine, textOrNull } from './parse-csv-line.ts';

/** Fields of `nvidia-smi --query-gpu` that detection asks for. Which names exist depends on the driver. */
export const DETECTION_FIELDS = [
  'index',
  'uuid',
  'pci.bus_id',
  'name',
  'memory.total',
  'memory.used',
  'memory.free',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'driver_version',
  'mig.mode.current',
] as const;

/** Fields of the telemetry stream: every driver that can stream knows all of them. */
export const SAMPLE_FIELDS = [
  'index',
  'uuid',
  'name',
  'memory.total',
  'memory.used',
  'memory.free',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
] as const;

/** Without these a row names no device: if a driver lacks one of them there is nothing to fall back to. */
const IDENTITY_FIELDS: readonly string[] = ['index', 'uuid', 'name'];

/** One row of the table, by field name. A field that was not asked for is not there. */
export type GpuRow = ReadonlyMap<string, string>;

/** Reads one line of the answer to `fields`; null when it is none of its rows. */
export function parseGpuRow(line: string, fields: readonly string[]): GpuRow | null {
  const values = parseCsvLine(line, fields.length, fields.indexOf('name'));
  if (values === null) return null;
  const row = new Map(fields.map((field, at) => [field, values[at] ?? '']));
  const named = /^GPU-[0-9A-Fa-f-]+$/.test(row.get('uuid') ?? '') && /^\d{1,4}$/.test(row.get('index') ?? '');
  return named ? row : null;
}

/** The figures of a row; whatever is not a number is null. */
export function sampleOf(row: GpuRow): DeviceSample {
  return {
    memory_total: mebibytesOrNull(row.get('memory.total')),
    memory_used: mebibytesOrNull(row.get('memory.used')),
    memory_free: mebibytesOrNull(row.get('memory.free')),
    utilization: numberOrNull(row.get('utilization.gpu')),
    temperature: numberOrNull(row.get('temperature.gpu')),
    power: numberOrNull(row.get('power.draw')),
  };
}

/** The number by which nvidia-smi names the card, in PCI order. Every row has one. */
export function indexOf(row: GpuRow): number {
  return Number(row.get('index'));
}

/** The driver's version; null when it was not told. */
export function driverOf(row: GpuRow): string | null {
  return textOrNull(row.get('driver_version'));
}

/**
 * The fields that remain when the driver refused one by name; null when there is nothing to leave out. One unknown name fails
 * the whole query: `Field "mig.mode.current" is not a valid field to query.`
 */
export function withoutRefusedField(fields: readonly string[], output: string): string[] | null {
  const refused = /Field "([^"]+)" is not a valid field to query/.exec(output)?.[1];
  if (refused === undefined || IDENTITY_FIELDS.includes(refused) || !fields.includes(refused)) return null;
  return fields.filter((field) => field !== refused);
}
