import 'uplot/dist/uPlot.min.css';
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { onThemeChange, withTokenColours } from '../parts/token-colour.ts';
import { SHOWN_SECONDS } from './device-history.ts';

const HEIGHT = 76;
/** Room for the labels of the vertical axis (pixels). */
const AXIS = 34;

interface ChartProps {
  times: readonly number[];
  values: readonly (number | null)[];
  /** null: as high as the values. */
  top: number | null;
  /** A description for people who cannot see the chart. */
  words: string;
}

/** A line over the last minutes. */
export function Chart({ times, values, top, words }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = usePlot(place, top);
  useEffect(() => {
    plot.current?.setData([[...times], [...values]]);
  });
  return <div ref={place} className="device-chart" role="img" aria-label={words} />;
}

/** Keeps the chart in its element: redrawn when the theme changes, as wide as there is room. */
function usePlot(place: RefObject<HTMLDivElement | null>, top: number | null): RefObject<uPlot | null> {
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const make = (): void => {
      const data = plot.current?.data ?? [[], []];
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor(element, top), data as uPlot.AlignedData, element);
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const unsubscribe = onThemeChange(make);
    return () => {
      unsubscribe();
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [place, top]);
  return plot;
}

function optionsFor(element: HTMLElement, top: number | null): uPlot.Options {
  const colours = withTokenColours((colour) => ({
    text: colour('--text-muted'),
    grid: colour('--border'),
    line: colour('--accent'),
    area: colour('--accent-soft'),
  }));
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: colours.text, font, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [7, 2, 8, 0],
    scales: {
      x: { range: (_plot, _low, high) => [high - SHOWN_SECONDS, high] },
      y: { range: (_plot, _low, high) => [0, top ?? roundUp(high)] },
    },
    axes: [
      { ...axis, show: false },
      {
        ...axis,
        size: AXIS,
        gap: 4,
        splits: (_plot, _axis, low, high) => [low, high / 2, high],
        values: (_plot, splits) => splits.map(tickWords),
        grid: { stroke: colours.grid, width: 1 },
      },
    ],
    series: [
      {},
      {
        stroke: colours.line,
        fill: colours.area,
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}

/** Formats a tick: whole where it is whole; half of 25 must not appear as 13. */
function tickWords(value: number): string {
  return value.toFixed(Number.isInteger(value) || value >= 100 ? 0 : 1);
}

/** Returns an end of the scale above the highest value that does not move with each sample. */
function roundUp(high: number | null): number {
  const steps = [1, 2, 5, 10];
  const value = Math.max(high ?? 0, 1);
  const power = 10 ** Math.floor(Math.log10(value));
  return (steps.find((step) => step * power >= value * 1.05) ?? 20) * power;
}
