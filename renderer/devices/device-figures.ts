import type { LiveProgress } from '../../shared/contract/events.ts';
import type { DeviceSeries } from '../../shared/contract/runs.ts';

/** The figures that are measured of a device. */
const FIGURES = ['utilization', 'memory_used', 'temperature', 'power'] as const;
export type Figure = (typeof FIGURES)[number];

/** The number of samples kept of each device while a run is watched: an hour at one a second. */
const SAMPLES_KEPT = 3_600;
/** Progress arrives more often than samples: the next sample is taken after this time (seconds). */
const SAMPLE_EVERY = 0.9;

type LiveDevice = LiveProgress['devices'][number];

/** The series of the devices of a run since the window began to watch it. */
export class LiveFigures {
  private readonly devices = new Map<string, DeviceSeries>();

  /** Adds the present figures of the devices. @param at seconds since 1970 */
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
      if (series.times.length > SAMPLES_KEPT) dropFirst(series);
    }
  }

  /** Returns all devices in the order of their first sample. */
  all(): DeviceSeries[] {
    return [...this.devices.values()];
  }
}

/** Returns a key that is the same for two names of the same device. */
export function deviceKey({ kind, index, uuid }: { kind: string; index: number; uuid: string | null }): string {
  return uuid ?? `${kind}:${index}`;
}

/** Joins the recorded series of each device with the later live ones. */
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

/** Totals of a figure: null where nothing is known of it. */
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

/** Returns the energy that a device used (joules), from its power over time; null where the power is unknown. */
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

function dropFirst(series: DeviceSeries): void {
  series.times.shift();
  for (const name of FIGURES) series[name].shift();
}
