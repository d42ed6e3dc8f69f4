import './figures.css';
import { useRef } from 'react';
import type { DeviceSeries } from '../../shared/contract/runs.ts';
import { type Figure, totalsOf } from './device-figures.ts';
import { FIGURE_NAMES, figureText, scaleTop } from './figure-words.ts';
import { usePlot } from './use-plot.ts';

interface SparklineProps {
  figure: Figure;
  series: DeviceSeries;
  /** The range of time that it shows: seconds since 1970. */
  from: number;
  to: number;
  /** Ends of items, in seconds since 1970. */
  marks: readonly number[];
}

/** A figure of a device over time, as small as a word; dashed lines mark the end of an item. */
export function Sparkline({ figure, series, from, to, marks }: SparklineProps) {
  const holder = useRef<HTMLDivElement>(null);
  const values = series[figure];
  const top = scaleTop(figure, values, series.memory_total);
  const lines = [{ label: FIGURE_NAMES[figure], values, colour: '--series-1' }];
  usePlot(holder, { times: series.times, lines, top, from, to, marks }, { spark: true, text: String });
  return <div ref={holder} className="sparkline" role="img" aria-label={inWords(figure, values)} />;
}

function inWords(figure: Figure, values: readonly (number | null)[]): string {
  const { latest, mean, peak } = totalsOf(values);
  const words = [
    `now ${figureText(figure, latest)}`,
    `mean ${figureText(figure, mean)}`,
    `peak ${figureText(figure, peak)}`,
  ];
  return `${FIGURE_NAMES[figure]}: ${words.join(', ')}`;
}
