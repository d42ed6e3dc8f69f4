import 'uplot/dist/uPlot.min.css';
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useSettings } from '../store/settings-store.ts';
import { SHOWN_SECONDS } from './device-history.ts';

const HEIGHT = 76;
/** Room for the words of the vertical axis (pixels). */
const AXIS = 34;

interface ChartProps {
  times: readonly number[];
  values: readonly (number | null)[];
  /** null: as high as the values. */
  top: number | null;
  /** What it shows, for who cannot see it. */
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

/** The chart in its element: made anew for other colours, as wide as there is room. */
function usePlot(place: RefObject<HTMLDivElement | null>, top: number | null): RefObject<uPlot | null> {
  const plot = useRef<uPlot | null>(null);
  const theme = useSettings(({ report }) => report?.settings.theme);
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
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', make);
    return () => {
      dark.removeEventListener('change', make);
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
    // The colours follow the theme.
  }, [place, top, theme]);
  return plot;
}

function optionsFor(element: HTMLElement, top: number | null): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--text-muted'), font: `11px ${style.fontFamily}`, ticks: { show: false } };
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
        grid: { stroke: colour('--border'), width: 1 },
      },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}

/** Whole where it is whole; a half of 25 is not to stand there as 13. */
function tickWords(value: number): string {
  return value.toFixed(Number.isInteger(value) || value >= 100 ? 0 : 1);
}

/** An end above the highest value that does not move with each sample. */
function roundUp(high: number | null): number {
  const steps = [1, 2, 5, 10];
  const value = Math.max(high ?? 0, 1);
  const power = 10 ** Math.floor(Math.log10(value));
  return (steps.find((step) => step * power >= value * 1.05) ?? 20) * power;
}
