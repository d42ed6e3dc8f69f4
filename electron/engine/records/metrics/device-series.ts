import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { DeviceSeries } from '../../../../shared/contract/runs.ts';
import { LineDecoder } from '../../logs/decode-lines.ts';

/** Device samples come every second. The log keeps one sample per interval, because two days of eight GPUs would otherwise be a million lines. */
export const METRICS_LOG_INTERVAL_MS = 10_000;

const figure = z.number().nullable().optional();
const sampleLine = z.object({
  time: z.string(),
  message: z.literal('device sample'),
  fields: z.object({
    kind: z.string(),
    index: z.number(),
    uuid: z.string().nullable(),
    memory_total: figure,
    utilization: figure,
    memory_used: figure,
    temperature: figure,
    power: figure,
  }),
});

/** Every sample line contains this. Other lines are not parsed. */
const SAMPLE_MARK = '"device sample"';
const FIGURES = ['utilization', 'memory_used', 'temperature', 'power'] as const;

/**
 * Reads the device samples of a metrics log, one series per device, in the order of the first samples. If there are more than `points`
 * samples, neighbours are merged into the mean of their known values, at the time of the last one.
 * @throws the file system's error, unless the log does not exist
 */
export async function readDeviceSeries(path: string, points: number): Promise<DeviceSeries[]> {
  const series = new Map<string, DeviceSeries>();
  const lines = new LineDecoder();
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>)
      for (const line of lines.push(bytes)) takeLine(series, line);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return [...series.values()].map((one) => thinned(one, points));
}

function takeLine(all: Map<string, DeviceSeries>, line: string): void {
  if (!line.includes(SAMPLE_MARK)) return;
  const sample = sampleLine.safeParse(parsed(line));
  const at = sample.success ? Date.parse(sample.data.time) / 1000 : Number.NaN;
  if (!sample.success || Number.isNaN(at)) return;
  const { kind, index, uuid, memory_total = null, ...figures } = sample.data.fields;
  const key = uuid ?? `${kind}:${index}`;
  const series = all.get(key) ?? emptySeries(kind, index, uuid);
  all.set(key, series);
  series.times.push(at);
  series.memory_total ??= memory_total;
  for (const name of FIGURES) series[name].push(figures[name] ?? null);
}

/** Returns null for a line that was cut off: it is not a sample. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function emptySeries(kind: string, index: number, uuid: string | null): DeviceSeries {
  const figures = { utilization: [], memory_used: [], temperature: [], power: [] };
  return { kind, index, uuid, memory_total: null, times: [], ...figures };
}

function thinned(series: DeviceSeries, points: number): DeviceSeries {
  const size = Math.ceil(series.times.length / points);
  if (size <= 1) return series;
  const figures = Object.fromEntries(FIGURES.map((name) => [name, groups(series[name], size).map(mean)]));
  const times = groups(series.times, size).map((group) => group.at(-1) ?? 0);
  return { ...series, ...(figures as Pick<DeviceSeries, (typeof FIGURES)[number]>), times };
}

function groups<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
