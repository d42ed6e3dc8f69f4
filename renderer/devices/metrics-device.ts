import type { DeviceSeries } from '../../shared/contract/runs.ts';

/** The number of line colours in the style sheet. */
const COLOURS = 8;

/** A device as the metrics show it. */
export interface MetricsDevice {
  key: string;
  label: string;
  name: string;
  /** A custom property of the style sheet. */
  colour: string;
  /** Whether the line is dashed: another device has the same colour. */
  dashed: boolean;
  series: DeviceSeries;
}

/** Returns the line style of the nth device; from the ninth on, the colours repeat with dashed lines. */
export function seriesStyle(index: number): Pick<MetricsDevice, 'colour' | 'dashed'> {
  return { colour: `--series-${(index % COLOURS) + 1}`, dashed: Math.floor(index / COLOURS) % 2 === 1 };
}

/** Returns all times at which any device was measured, and each device's values at these times: null where it was not measured. */
export function onOneAxis(
  series: readonly Pick<DeviceSeries, 'times'>[],
  values: readonly (readonly (number | null)[])[],
): { times: number[]; values: (number | null)[][] } {
  // Devices are sampled together, within a fraction of a second: rounding to whole seconds aligns them.
  const seconds = new Set(series.flatMap(({ times }) => times.map(Math.round)));
  const times = [...seconds].sort((a, b) => a - b);
  const places = new Map(times.map((time, at) => [time, at]));
  return {
    times,
    values: series.map((one, which) => {
      const row: (number | null)[] = times.map(() => null);
      one.times.forEach((time, at) => {
        const place = places.get(Math.round(time));
        if (place !== undefined) row[place] = values[which]?.[at] ?? null;
      });
      return row;
    }),
  };
}
