import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { LogProblem } from '../../../../shared/contract/logs.ts';
import { deviceKindSchema } from '../../../../shared/device.ts';
import { problemKey } from '../../../../shared/run/log-problems.ts';
import { metricsFile } from '../../run-directory/paths.ts';
import type { DeviceUsage } from './metrics-document.ts';

/** Observations made during a run that are stored only in metrics.json: device samples, and the warnings and errors of workers. */
export interface Observations {
  usage: DeviceUsage[];
  problems: LogProblem[];
  /** ISO time of the run's end when they were written; null if the run had not ended. */
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

/** Reads the recorded observations. They are empty if metrics.json is missing or cannot be read. */
export function readObservations(directory: string): Observations {
  try {
    const { devices, problems, ended } = schema.parse(JSON.parse(readFileSync(metricsFile(directory), 'utf8')));
    return { usage: devices.map(({ device, ...usage }) => ({ ...device, ...usage })), problems, until: ended };
  } catch {
    return { usage: [], problems: [] };
  }
}

/** Joins the observations of an earlier engine and of this one. Logs are scanned from their start, so a problem's later count is right. */
export function joinObservations(before: Observations, now: Observations): Observations {
  const usage = new Map(before.usage.map((device) => [deviceKey(device), device]));
  for (const device of now.usage) {
    const earlier = usage.get(deviceKey(device));
    usage.set(deviceKey(device), earlier === undefined ? device : joinUsage(earlier, device));
  }
  return { usage: [...usage.values()], problems: joinProblems(before.problems, now.problems) };
}

/** Joins problems of an earlier and a later scan. If a problem is in both, the later one is kept. */
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
