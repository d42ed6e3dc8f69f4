import { bytes } from '../../shared/format.ts';
import type { Figure } from './device-figures.ts';

/** What a figure is called. */
export const FIGURE_NAMES: Record<Figure, string> = {
  utilization: 'Utilization',
  memory_used: 'Memory',
  temperature: 'Temperature',
  power: 'Power',
};

/** A value of a figure with its unit; a dash where it is not known. */
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

/** Where the scale of a figure ends at least: of what has a natural end that, of others what a card at work reaches. */
export function scaleTop(figure: Figure, values: readonly (number | null)[], memoryTotal: number | null): number {
  if (figure === 'utilization') return 100;
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  if (figure === 'memory_used') return Math.max(memoryTotal ?? 0, most, 1);
  return Math.max(figure === 'temperature' ? 90 : 100, most);
}

/** Figures that a kind of device has: a slot of the processor has neither a temperature nor a power of its own. */
export function figuresOf(kinds: readonly string[]): readonly Figure[] {
  const cpuOnly = kinds.every((kind) => kind === 'cpu' || kind === 'apple');
  return cpuOnly ? ['utilization', 'memory_used'] : ['utilization', 'memory_used', 'temperature', 'power'];
}
