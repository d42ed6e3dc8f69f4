import { useId, useMemo, useRef } from 'react';
import type { StepState } from '../../shared/run/run-model.ts';
import { timeSpan } from '../parts/time-span.ts';
import { type Figure, totalsOf } from './device-figures.ts';
import { FIGURE_NAMES, figureText, scaleTop } from './figure-words.ts';
import { type MetricsDevice, onOneAxis } from './metrics-device.ts';
import { usePlot } from './use-plot.ts';

/** Steps of an axis of bytes: powers of two, from one KiB. */
const BYTE_STEPS = Array.from({ length: 40 }, (_, power) => 2 ** (10 + power));

interface FigureChartProps {
  figure: Figure;
  devices: readonly MetricsDevice[];
  step: StepState;
  marks: readonly number[];
  /** Called with the time under the cursor, in seconds since 1970; null when the cursor has left. */
  onCursor: (time: number | null) => void;
}

/** One figure of all devices over the time of a step. */
export function FigureChart({ figure, devices, step, marks, onCursor }: FigureChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const id = useId();
  const series = devices.map((device) => device.series);
  const axis = useMemo(() => {
    const all = devices.map((device) => device.series);
    return onOneAxis(
      all,
      all.map((one) => one[figure]),
    );
  }, [devices, figure]);
  const lines = devices.map(({ label, colour, dashed }, index) => ({
    label,
    colour,
    dashed,
    values: axis.values[index] ?? [],
  }));
  const memory = Math.max(0, ...series.map((one) => one.memory_total ?? 0));
  const top = scaleTop(
    figure,
    series.flatMap((one) => [totalsOf(one[figure]).peak]),
    memory,
  );
  const span = timeSpan(step, series, false);
  usePlot(
    holder,
    { times: axis.times, lines, top, ...span, marks },
    {
      spark: false,
      text: (value) => figureText(figure, value),
      ...(figure === 'memory_used' ? { steps: BYTE_STEPS } : {}),
      sync: 'metrics',
      onCursor: (index) => onCursor(index === null ? null : (axis.times[index] ?? null)),
    },
  );
  return (
    <section className="chart" aria-labelledby={id}>
      <h3 id={id}>{FIGURE_NAMES[figure]}</h3>
      <div className="chart-body" ref={holder} aria-hidden="true" />
    </section>
  );
}
