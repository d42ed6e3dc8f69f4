import type { DeviceSeries } from '../../shared/contract/runs.ts';

/** Colours that the style sheet has for lines. */
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

/** How the line of the nth device looks; from the ninth on the colours come again, dashed. */
export function seriesLook(index: number): Pick<MetricsDevice, 'colour' | 'dashed'> {
  return { colour: `--series-${(index % COLOURS) + 1}`, dashed: Math.floor(index / COLOURS) % 2 === 1 };
}

/** All times at which any device was measured, and each device's values at them: null where that one was not. */
export function onOneAxis(
  series: readonly Pick<DeviceSeries, 'times'>[],
  values: readonly (readonly (number | null)[])[],
): { times: number[]; values: (number | null)[][] } {
  // Devices are sampled together, within a fraction of a second: whole seconds bring them to one place.
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
