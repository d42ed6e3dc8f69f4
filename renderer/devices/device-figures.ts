import type { LiveProgress } from '../../shared/contract/events.ts';
import type { DeviceSeries } from '../../shared/contract/runs.ts';

/** What is measured of a device. */
const FIGURES = ['utilization', 'memory_used', 'temperature', 'power'] as const;
export type Figure = (typeof FIGURES)[number];

/** Samples that are kept of each device while a run is watched: an hour of them at one a second. */
const SAMPLES_KEPT = 3_600;
/** Progress comes more often than samples: another one is taken after this time (seconds). */
const SAMPLE_EVERY = 0.9;

type LiveDevice = LiveProgress['devices'][number];

/** The series of the devices of a run: what a window has seen of them since it watches. */
export class LiveFigures {
  private readonly devices = new Map<string, DeviceSeries>();

  /** Takes what the devices do now. @param at seconds since 1970 */
  add(devices: readonly LiveDevice[], at: number): void {
    for (const device of devices) {
      const { kind, index, uuid, memory_total } = device;
      const key = deviceKey(device);
      const series = this.devices.get(key) ?? emptySeries({ kind, index, uuid, memory_total });
      this.devices.set(key, series);
      if (at - (series.times.at(-1) ?? 0) < SAMPLE_EVERY) continue;
      series.memory_total ??= memory_total;
      series.times.push(at);
      for (const name of FIGURES) series[name].push(device[name]);
      if (series.times.length > SAMPLES_KEPT) forgetFirst(series);
    }
  }

  /** All devices, in the order in which they came. */
  all(): DeviceSeries[] {
    return [...this.devices.values()];
  }
}

/** Whether two names mean the same device. */
export function deviceKey({ kind, index, uuid }: { kind: string; index: number; uuid: string | null }): string {
  return uuid ?? `${kind}:${index}`;
}

/** What was recorded of each device, then what was seen of it later. */
export function joinSeries(recorded: readonly DeviceSeries[], live: readonly DeviceSeries[]): DeviceSeries[] {
  const seen = new Map(live.map((series) => [deviceKey(series), series]));
  const joined = recorded.map((series) => {
    const later = seen.get(deviceKey(series));
    seen.delete(deviceKey(series));
    return later === undefined ? series : joinedPair(series, later);
  });
  return [...joined, ...seen.values()];
}

function joinedPair(recorded: DeviceSeries, live: DeviceSeries): DeviceSeries {
  const begin = live.times[0] ?? Infinity;
  const cut = recorded.times.findIndex((time) => time >= begin);
  const kept = cut < 0 ? recorded.times.length : cut;
  const joined: DeviceSeries = {
    ...recorded,
    memory_total: recorded.memory_total ?? live.memory_total,
    times: [...recorded.times.slice(0, kept), ...live.times],
  };
  for (const name of FIGURES) joined[name] = [...recorded[name].slice(0, kept), ...live[name]];
  return joined;
}

/** What a figure came to: null where nothing is known of it. */
export interface FigureTotals {
  latest: number | null;
  mean: number | null;
  peak: number | null;
}

export function totalsOf(values: readonly (number | null)[]): FigureTotals {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { latest: null, mean: null, peak: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { latest: values.at(-1) ?? null, mean, peak: known.reduce((most, value) => Math.max(most, value)) };
}

/** What a device used (joules), by its power over time; null where that is not known. */
export function energyOf({ times, power }: DeviceSeries): number | null {
  let energy: number | null = null;
  for (let at = 1; at < times.length; at += 1) {
    const watts = power[at] ?? null;
    if (watts !== null) energy = (energy ?? 0) + watts * ((times[at] ?? 0) - (times[at - 1] ?? 0));
  }
  return energy;
}

function emptySeries(device: Pick<DeviceSeries, 'kind' | 'index' | 'uuid' | 'memory_total'>): DeviceSeries {
  return { ...device, times: [], utilization: [], memory_used: [], temperature: [], power: [] };
}

function forgetFirst(series: DeviceSeries): void {
  series.times.shift();
  for (const name of FIGURES) series[name].shift();
}
