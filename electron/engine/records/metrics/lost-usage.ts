import type { DeviceSeries } from '../../../../shared/contract/runs.ts';
import { deviceKindSchema } from '../../../../shared/device.ts';
import { SAMPLE_INTERVAL_MS } from '../../devices/watch-devices.ts';
import { componentLog } from '../../run-directory/paths.ts';
import { METRICS_LOG_INTERVAL_MS, readDeviceSeries } from './device-series.ts';
import type { DeviceUsage } from './metrics-document.ts';

/** A longer time between two samples is a gap in which nothing was sampled (seconds). */
const LONGEST_GAP = (3 * METRICS_LOG_INTERVAL_MS) / 1000;
/** One sample in the log stands for this many samples that were taken. */
const SAMPLES_PER_LINE = METRICS_LOG_INTERVAL_MS / SAMPLE_INTERVAL_MS;

interface LostTime {
  /** The numbers of the steps. */
  steps: readonly number[];
  /** Start of the lost time, in milliseconds since 1970: from here on no totals of the samples were written. */
  after: number;
  /** End of the lost time: when the present engine began. */
  before: number;
}

/**
 * Calculates the device usage under engines that died, or handed the run over, before they could write it down. The source is the samples in
 * the metrics logs. The logs hold fewer samples than were taken.
 * @throws the file system's error, unless a log does not exist
 */
export async function lostUsage(directory: string, { steps, after, before }: LostTime): Promise<DeviceUsage[]> {
  const all = new Map<string, DeviceSeries[]>();
  for (const step of steps) {
    for (const series of await readDeviceSeries(componentLog(directory, step, 'metrics'), Number.POSITIVE_INFINITY)) {
      const key = series.uuid ?? `${series.kind} ${series.index}`;
      all.set(key, [...(all.get(key) ?? []), series]);
    }
  }
  return [...all.values()].flatMap((ofDevice) => usageOf(ofDevice, { after: after / 1000, before: before / 1000 }));
}

/** @param time in seconds, like the times of the series */
function usageOf(ofDevice: readonly DeviceSeries[], time: { after: number; before: number }): DeviceUsage[] {
  const samples = ofDevice.flatMap((series) =>
    series.times.flatMap((at, index) => {
      const { memory_used, utilization, power } = series;
      const [memory = null, load = null, watts = null] = [memory_used[index], utilization[index], power[index]];
      return at > time.after && at < time.before ? [{ at, memory, load, watts }] : [];
    }),
  );
  const [first] = ofDevice;
  const kind = deviceKindSchema.safeParse(first?.kind);
  if (samples.length === 0 || first === undefined || !kind.success) return [];
  const loads = samples.flatMap(({ load }) => load ?? []);
  const memories = samples.flatMap(({ memory }) => memory ?? []);
  return [
    {
      kind: kind.data,
      index: first.index,
      uuid: first.uuid,
      peak_memory: memories.length === 0 ? null : memories.reduce((most, one) => Math.max(most, one)),
      mean_utilization: loads.length === 0 ? null : sum(loads) / loads.length,
      energy: energyOf(samples),
      utilization_samples: loads.length * SAMPLES_PER_LINE,
    },
  ];
}

/** Returns joules, or null if the power is unknown. */
function energyOf(samples: readonly { at: number; watts: number | null }[]): number | null {
  if (samples.every(({ watts }) => watts === null)) return null;
  return sum(
    samples.map(({ at, watts }, index) => {
      const seconds = at - (samples[index - 1]?.at ?? at);
      return seconds > 0 && seconds <= LONGEST_GAP ? (watts ?? 0) * seconds : 0;
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
