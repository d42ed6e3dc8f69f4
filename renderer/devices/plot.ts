import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { withTokenColours } from '../parts/token-colour.ts';

/** Values of one line; null is a gap. */
interface PlotLine {
  label: string;
  values: readonly (number | null)[];
  /** A custom property of the style sheet: `--series-1`. */
  colour: string;
  dashed?: boolean;
}

export interface PlotData {
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  lines: readonly PlotLine[];
  /** The end of the scale of values. */
  top: number;
  /** The range of the time scale: seconds since 1970. */
  from: number;
  to: number;
  /** Times with a separate marker line: the ends of items. */
  marks: readonly number[];
}

export interface PlotStyle {
  /** Whether it is drawn without axes, grid and cursor, as small as a word. */
  spark: boolean;
  /** Formats a value for the axis. */
  text: (value: number) => string;
  /** Charts with the same name share their cursor. */
  sync?: string;
  /** The allowed steps of the axis of values; decimal numbers by default. */
  steps?: readonly number[];
  /** Called with the index of the time at the cursor; null when the cursor has left. */
  onCursor?: (index: number | null) => void;
}

/** Marks closer together than this (pixels) would fill the chart, so none is drawn; a small chart needs larger gaps. */
const MARK_GAP_PX = 3;
const SPARK_MARK_GAP_PX = 8;
const AXIS_FONT_PX = 11;
const DASH_PX = [5, 4];

/** A drawn chart. `dispose` ends it. */
export interface Plot {
  setData(data: PlotData): void;
  setSize(width: number, height: number): void;
  /** Redraws with the colours of the present theme. */
  setTheme(): void;
  dispose(): void;
}

/** Draws a chart into an element. */
export function makePlot(element: HTMLElement, size: { width: number; height: number }, style: PlotStyle): Plot {
  let data: PlotData = { times: [], lines: [], top: 1, from: 0, to: 1, marks: [] };
  let chart: uPlot | null = null;
  let shown = size;
  let colours = '';
  const rebuild = (): void => {
    chart?.destroy();
    colours = coloursOf(data);
    chart = new uPlot(
      options(element, shown, style, () => data),
      aligned(data),
      element,
    );
  };
  return {
    setData(next) {
      data = next;
      if (chart === null || coloursOf(next) !== colours) return rebuild();
      chart.setData(aligned(next), true);
    },
    setSize(width, height) {
      shown = { width, height };
      chart?.setSize(shown);
    },
    setTheme: rebuild,
    dispose() {
      chart?.destroy();
      chart = null;
    },
  };
}

function coloursOf({ lines }: PlotData): string {
  return lines.map(({ label, colour, dashed }) => `${label} ${colour} ${dashed}`).join();
}

function aligned({ times, lines }: PlotData): uPlot.AlignedData {
  return [times as number[], ...lines.map(({ values }) => values as (number | null)[])];
}

function options(
  element: HTMLElement,
  size: { width: number; height: number },
  style: PlotStyle,
  data: () => PlotData,
): uPlot.Options {
  const { spark } = style;
  const colours = coloursNow(data(), spark);
  return {
    ...size,
    legend: { show: false },
    cursor: spark ? { show: false } : cursorOf(style),
    padding: spark ? [1, 1, 1, 1] : [8, 12, 0, 0],
    scales: { x: { range: () => [data().from, data().to] }, y: { range: () => [0, data().top] } },
    axes: spark ? [{ show: false }, { show: false }] : axesOf(colours, getComputedStyle(element).fontFamily, style),
    series: [{}, ...data().lines.map((line, at) => lineOf(line, colours.lines[at] ?? colours.text, spark))],
    hooks: {
      drawClear: [
        (chart) =>
          drawMarks(chart, data().marks, { colour: colours.marks, gap: spark ? SPARK_MARK_GAP_PX : MARK_GAP_PX }),
      ],
      ...(style.onCursor === undefined ? {} : { setCursor: [(chart) => style.onCursor?.(chart.cursor.idx ?? null)] }),
    },
  };
}

/** Colours of the present theme; a change of the theme redraws the chart. */
interface Colours {
  text: string;
  grid: string;
  marks: string;
  /** One per line. */
  lines: string[];
}

function coloursNow({ lines }: PlotData, spark: boolean): Colours {
  return withTokenColours((colour) => ({
    text: colour('--text-muted'),
    grid: colour('--border'),
    marks: colour(spark ? '--border-strong' : '--border'),
    lines: lines.map((line) => colour(line.colour)),
  }));
}

function cursorOf({ sync }: PlotStyle): uPlot.Cursor {
  return {
    y: false,
    drag: { x: false, y: false },
    points: { size: 5 },
    ...(sync === undefined ? {} : { sync: { key: sync } }),
  };
}

function lineOf({ label, dashed = false }: PlotLine, colour: string, spark: boolean): uPlot.Series {
  return {
    label,
    stroke: colour,
    width: spark ? 1.25 : 1.5,
    ...(dashed ? { dash: DASH_PX } : {}),
    points: { show: true, size: 4, filter: onlyWhereAlone },
    spanGaps: false,
  };
}

/** Returns the values between two gaps: they form no line, so they are drawn as points. */
function onlyWhereAlone(chart: uPlot, series: number): number[] {
  const values = chart.data[series] ?? [];
  const alone: number[] = [];
  values.forEach((value, at) => {
    if (typeof value === 'number' && typeof values[at - 1] !== 'number' && typeof values[at + 1] !== 'number')
      alone.push(at);
  });
  return alone;
}

function axesOf({ text: stroke, grid }: Colours, fontFamily: string, { text, steps }: PlotStyle): uPlot.Axis[] {
  const shared = {
    stroke,
    font: `${AXIS_FONT_PX}px ${fontFamily}`,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  return [
    { ...shared, space: 70, size: 24, values: (_, places) => places.map(clock) },
    {
      ...shared,
      space: 32,
      size: 58,
      values: (_, places) => places.map(text),
      ...(steps === undefined ? {} : { incrs: [...steps] }),
    },
  ];
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

interface MarksStyle {
  colour: string;
  /** Pixels. */
  gap: number;
}

function drawMarks(chart: uPlot, marks: readonly number[], { colour, gap }: MarksStyle): void {
  const { left, top, width, height } = chart.bbox;
  const { min, max } = chart.scales['x'] ?? {};
  if (typeof min !== 'number' || typeof max !== 'number' || max <= min) return;
  const shown = marks.filter((time) => time > min && time < max);
  if (shown.length === 0 || width / shown.length < gap * uPlot.pxRatio) return;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([2 * uPlot.pxRatio, 2 * uPlot.pxRatio]);
  ctx.beginPath();
  for (const time of shown) {
    const x = Math.round(left + ((time - min) / (max - min)) * width);
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
  }
  ctx.stroke();
  ctx.restore();
}
