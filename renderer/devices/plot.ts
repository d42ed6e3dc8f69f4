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
  /** Seconds since 1970, growing. */
  times: readonly number[];
  lines: readonly PlotLine[];
  /** The end of the scale of values. */
  top: number;
  /** What the scale of times shows: seconds since 1970. */
  from: number;
  to: number;
  /** Times that are marked by a line of their own: the ends of items. */
  marks: readonly number[];
}

export interface PlotLook {
  /** Without axes, grid and cursor: a picture as small as a word. */
  spark: boolean;
  /** Writes a value at its axis. */
  text: (value: number) => string;
  /** Charts with the same name show their cursor together. */
  sync?: string;
  /** What the axis of values may be divided by; decimal numbers where nothing is given. */
  steps?: readonly number[];
  /** Told at which place of the times the cursor is; null when it has gone. */
  onCursor?: (index: number | null) => void;
}

/** Marks closer together than this many pixels would fill the picture, so none is drawn; a small one is full sooner. */
const MARK_GAP_PX = 3;
const SPARK_MARK_GAP_PX = 8;
const AXIS_FONT_PX = 11;
const DASH_PX = [5, 4];

/** A drawn chart. `dispose` ends it. */
export interface Plot {
  setData(data: PlotData): void;
  setSize(width: number, height: number): void;
  /** Draws again with the colours of the theme as it is now. */
  setTheme(): void;
  dispose(): void;
}

/** Draws a chart into an element. */
export function makePlot(element: HTMLElement, size: { width: number; height: number }, look: PlotLook): Plot {
  let data: PlotData = { times: [], lines: [], top: 1, from: 0, to: 1, marks: [] };
  let chart: uPlot | null = null;
  let shown = size;
  let colours = '';
  const rebuild = (): void => {
    chart?.destroy();
    colours = coloursOf(data);
    chart = new uPlot(
      options(element, shown, look, () => data),
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
  look: PlotLook,
  data: () => PlotData,
): uPlot.Options {
  const { spark } = look;
  const colours = coloursNow(data(), spark);
  return {
    ...size,
    legend: { show: false },
    cursor: spark ? { show: false } : cursorOf(look),
    padding: spark ? [1, 1, 1, 1] : [8, 12, 0, 0],
    scales: { x: { range: () => [data().from, data().to] }, y: { range: () => [0, data().top] } },
    axes: spark ? [{ show: false }, { show: false }] : axesOf(colours, getComputedStyle(element).fontFamily, look),
    series: [{}, ...data().lines.map((line, at) => lineOf(line, colours.lines[at] ?? colours.text, spark))],
    hooks: {
      drawClear: [
        (chart) =>
          drawMarks(chart, data().marks, { colour: colours.marks, gap: spark ? SPARK_MARK_GAP_PX : MARK_GAP_PX }),
      ],
      ...(look.onCursor === undefined ? {} : { setCursor: [(chart) => look.onCursor?.(chart.cursor.idx ?? null)] }),
    },
  };
}

/** Colours of the theme as it is now; a change of it draws the chart anew. */
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

function cursorOf({ sync }: PlotLook): uPlot.Cursor {
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

/** A value between two gaps is no line: it is drawn as a point. */
function onlyWhereAlone(chart: uPlot, series: number): number[] {
  const values = chart.data[series] ?? [];
  const alone: number[] = [];
  values.forEach((value, at) => {
    if (typeof value === 'number' && typeof values[at - 1] !== 'number' && typeof values[at + 1] !== 'number')
      alone.push(at);
  });
  return alone;
}

function axesOf({ text: stroke, grid }: Colours, fontFamily: string, { text, steps }: PlotLook): uPlot.Axis[] {
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

interface MarksLook {
  colour: string;
  /** Pixels. */
  gap: number;
}

function drawMarks(chart: uPlot, marks: readonly number[], { colour, gap }: MarksLook): void {
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
