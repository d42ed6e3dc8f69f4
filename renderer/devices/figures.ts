import type { Device, DeviceSample } from '../../shared/device.ts';
import type { DeviceHistory } from './device-history.ts';

/** A figure of a device that has a chart. */
export interface Figure {
  id: 'utilization' | 'memory' | 'temperature' | 'power';
  title: string;
  unit: string;
  of: (sample: DeviceSample) => number | null;
  /** The upper end of the chart; null: as high as the values. */
  top: (device: Device) => number | null;
  digits: number;
}

const GIBIBYTE = 1024 ** 3;
/** The end of the temperature chart (°C): fixed, so that an idle card does not look like a busy one. */
const WARM_CELSIUS = 100;

/** The charts of a device, in their order. */
export const FIGURES: readonly Figure[] = [
  { id: 'utilization', title: 'Utilization', unit: '%', of: (sample) => sample.utilization, top: () => 100, digits: 0 },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'GiB',
    of: ({ memory_used }) => (memory_used === null ? null : memory_used / GIBIBYTE),
    top: ({ memory_total }) => (memory_total === null ? null : Math.round((memory_total / GIBIBYTE) * 10) / 10),
    digits: 1,
  },
  {
    id: 'temperature',
    title: 'Temperature',
    unit: '°C',
    of: (sample) => sample.temperature,
    top: () => WARM_CELSIUS,
    digits: 0,
  },
  { id: 'power', title: 'Power', unit: 'W', of: (sample) => sample.power, top: () => null, digits: 0 },
];

/** Returns a figure's values over the history; null where unknown. */
export function valuesOf(figure: Figure, { samples }: DeviceHistory): (number | null)[] {
  return samples.map((sample) => (sample === null ? null : figure.of(sample)));
}

/** Formats the latest value: `43 %`, with `of 80 GiB` if there is a maximum; `unknown` where the driver does not report it. */
export function latestWords(figure: Figure, device: Device, values: readonly (number | null)[]): string {
  const latest = values.at(-1) ?? null;
  if (latest === null) return 'unknown';
  const total = figure.id === 'memory' ? figure.top(device) : null;
  const end = total === null ? '' : ` of ${total.toFixed(figure.digits)}`;
  return `${latest.toFixed(figure.digits)}${end} ${figure.unit}`;
}

/** Describes a chart for people who cannot see it. */
export function chartWords(figure: Figure, device: Device, values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${figure.title}: unknown`;
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => value.toFixed(figure.digits));
  return `${figure.title}: ${latestWords(figure, device, values)}, between ${low} and ${high} in the last minutes`;
}
