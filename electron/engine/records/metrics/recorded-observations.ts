import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { LogProblem } from '../../../../shared/contract/logs.ts';
import { deviceKindSchema } from '../../../../shared/device.ts';
import { problemKey } from '../../../../shared/run/log-problems.ts';
import { metricsFile } from '../../run-directory/paths.ts';
import type { DeviceUsage } from './metrics-document.ts';

/** What was seen while a run was run and stands nowhere but in metrics.json: samples of devices, and what workers complained of. */
export interface Observations {
  usage: DeviceUsage[];
  problems: LogProblem[];
  /** ISO time of the end of the run for which they were written; null when there was none. */
  until?: string | null;
}

const amount = z.number().nullable();
const schema = z.object({
  ended: z.string().nullable().default(null),
  devices: z.array(
    z.object({
      device: z.object({ kind: deviceKindSchema, index: z.number(), uuid: z.string().nullable() }),
      peak_memory: amount,
      mean_utilization: amount,
      energy: amount,
      utilization_samples: z.number().default(1),
    }),
  ),
  problems: z
    .array(
      z.object({
        step: z.number(),
        worker: z.string(),
        level: z.enum(['warning', 'error']),
        text: z.string(),
        count: z.number(),
        offset: z.number(),
        file: z.string().nullable().default(null),
      }),
    )
    .default([]),
});

/** Reads them back; nothing when there is no metrics.json, or none that can be read. */
export function readObservations(directory: string): Observations {
  try {
    const { devices, problems, ended } = schema.parse(JSON.parse(readFileSync(metricsFile(directory), 'utf8')));
    return { usage: devices.map(({ device, ...usage }) => ({ ...device, ...usage })), problems, until: ended };
  } catch {
    return { usage: [], problems: [] };
  }
}

/** What an earlier engine saw and what this one saw. Logs are scanned from their start, so of a problem seen twice the later count holds. */
export function joinObservations(before: Observations, now: Observations): Observations {
  const usage = new Map(before.usage.map((device) => [deviceKey(device), device]));
  for (const device of now.usage) {
    const earlier = usage.get(deviceKey(device));
    usage.set(deviceKey(device), earlier === undefined ? device : joinUsage(earlier, device));
  }
  return { usage: [...usage.values()], problems: joinProblems(before.problems, now.problems) };
}

/** Problems that were seen at two times; of one that was seen both times the later holds. */
export function joinProblems(before: readonly LogProblem[], now: readonly LogProblem[]): LogProblem[] {
  return [...new Map([...before, ...now].map((found) => [problemKey(found), found])).values()];
}

function joinUsage(a: DeviceUsage, b: DeviceUsage): DeviceUsage {
  const samples = a.utilization_samples + b.utilization_samples;
  const sum = (a.mean_utilization ?? 0) * a.utilization_samples + (b.mean_utilization ?? 0) * b.utilization_samples;
  const measured = a.mean_utilization !== null || b.mean_utilization !== null;
  return {
    ...b,
    peak_memory: either(a.peak_memory, b.peak_memory, Math.max),
    mean_utilization: measured && samples > 0 ? sum / samples : null,
    energy: either(a.energy, b.energy, (x, y) => x + y),
    utilization_samples: samples,
  };
}

function either(a: number | null, b: number | null, join: (a: number, b: number) => number): number | null {
  if (a === null || b === null) return a ?? b;
  return join(a, b);
}

function deviceKey({ kind, index, uuid }: Pick<DeviceUsage, 'kind' | 'index' | 'uuid'>): string {
  return uuid ?? `${kind} ${index}`;
}
