import { bytes } from '../../shared/format.ts';
import type { Figure } from './device-figures.ts';

/** The names of the figures. */
export const FIGURE_NAMES: Record<Figure, string> = {
  utilization: 'Utilization',
  memory_used: 'Memory',
  temperature: 'Temperature',
  power: 'Power',
};

/** Formats a value of a figure with its unit; a dash where it is unknown. */
export function figureText(figure: Figure, value: number | null): string {
  if (value === null) return '–';
  switch (figure) {
    case 'utilization':
      return `${Math.round(value)} %`;
    case 'memory_used':
      return bytes(value);
    case 'temperature':
      return `${Math.round(value)} °C`;
    case 'power':
      return `${Math.round(value)} W`;
    default:
      return figure satisfies never;
  }
}

/** Returns the end of the scale of a figure: its natural maximum, or at least a value that a busy card reaches. */
export function scaleTop(figure: Figure, values: readonly (number | null)[], memoryTotal: number | null): number {
  if (figure === 'utilization') return 100;
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  if (figure === 'memory_used') return Math.max(memoryTotal ?? 0, most, 1);
  return Math.max(figure === 'temperature' ? 90 : 100, most);
}

/** Returns the figures that a kind of device has: a CPU slot has neither a temperature nor a power of its own. */
export function figuresOf(kinds: readonly string[]): readonly Figure[] {
  const cpuOnly = kinds.every((kind) => kind === 'cpu' || kind === 'apple');
  return cpuOnly ? ['utilization', 'memory_used'] : ['utilization', 'memory_used', 'temperature', 'power'];
}
