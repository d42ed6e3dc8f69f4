import { count, itemRate, percent, roughTime } from '../../../shared/format.ts';
import { pauseText } from '../../../shared/run/dispatch-pause.ts';
import type { ProgressView, WorkerView } from '../../../shared/run/progress-model.ts';
import { columnsOf } from '../../../shared/text-columns.ts';
import { type Span, span } from './styled-line.ts';

const BAR_WIDEST = 24;
const BAR_NARROWEST = 6;
/** The bar takes at most this share of a line: the file's name needs room too. */
const BAR_SHARE = 0.2;
const RATE_COLUMNS = 8;
/** Two lines of a terminal stay free: for the cursor, and so that the last message is visible. */
const FREE_ROWS = 2;

/** The terminal that lines are drawn for. */
export interface Canvas {
  columns: number;
  rows: number;
  /** Whether block characters can be shown. */
  unicode: boolean;
}

/** Returns the lines of a progress display: one per worker, as far as there is room, and one for the whole step. */
export function progressLines(view: ProgressView, canvas: Canvas): Span[][] {
  const room = Math.max(1, canvas.rows - FREE_ROWS - (view.pause === null ? 1 : 2));
  const shown = view.workers.length <= room ? view.workers : busyFirst(view.workers, room - 1);
  const layout = layoutOf(view, shown, canvas);
  const lines = shown.map((worker) => workerLine(worker, layout));
  const hidden = view.workers.length - shown.length;
  if (hidden > 0) lines.push([span(`  and ${hidden} more workers`, 'dim')]);
  if (view.pause !== null) lines.push([span(`Paused: ${pauseText(view.pause)}`, 'yellow')]);
  lines.push(totalLine(view, layout));
  return lines;
}

/** Chooses the workers to show where not all fit: busy ones first, in their order. */
function busyFirst(workers: readonly WorkerView[], room: number): WorkerView[] {
  const busy = workers.filter(isBusy);
  const others = workers.filter((worker) => !isBusy(worker));
  const chosen = new Set([...busy, ...others].slice(0, Math.max(0, room)));
  return workers.filter((worker) => chosen.has(worker));
}

function isBusy(worker: WorkerView): boolean {
  return worker.file !== null;
}

interface Layout {
  label: number;
  bar: number;
  count: number;
  unicode: boolean;
  withUtilization: boolean;
}

function layoutOf(view: ProgressView, shown: readonly WorkerView[], canvas: Canvas): Layout {
  const labels = [totalLabel(view), ...shown.map(workerLabel)];
  const counts = [countText(view), ...shown.map(countText)];
  return {
    label: Math.min(Math.max(...labels.map(columnsOf)), Math.floor(canvas.columns / 3)),
    bar: Math.max(BAR_NARROWEST, Math.min(BAR_WIDEST, Math.floor(canvas.columns * BAR_SHARE))),
    count: Math.max(...counts.map((text) => text.length)),
    unicode: canvas.unicode,
    withUtilization: shown.some(({ utilization }) => utilization !== null),
  };
}

function workerLine(worker: WorkerView, layout: Layout): Span[] {
  return [
    ...leading(workerLabel(worker), worker, layout),
    ...(layout.withUtilization
      ? [span(`${percent(worker.utilization === null ? null : worker.utilization / 100).padStart(5)}  `)]
      : []),
    ...(worker.eta === null || worker.eta === 0 ? [] : [span(`ETA ${roughTime(worker.eta)}  `)]),
    ...(worker.onDevice === false ? [span('not on its device  ', 'yellow')] : []),
    ...doing(worker),
  ];
}

function totalLine(view: ProgressView, layout: Layout): Span[] {
  const over = view.done >= view.total;
  const times = [
    ...(view.elapsed === null ? [] : [roughTime(view.elapsed)]),
    ...(view.eta === null || over ? [] : [`ETA ${roughTime(view.eta)}`]),
    ...(view.tokens === 0 ? [] : [`${count(view.tokens)} tokens`]),
  ];
  return [
    ...leading(totalLabel(view), view, layout).map((piece) =>
      piece.style === 'plain' ? span(piece.text, 'bold') : piece,
    ),
    span(times.join(', '), 'bold'),
    ...(view.failed > 0 ? [span(`  ${view.failed} failed`, 'red')] : []),
  ];
}

/** `expected`: the expected total; for a worker with `queue` its share of all items. */
type Counted = Pick<WorkerView, 'done' | 'total' | 'rate'> & { expected?: number };

/** Returns label, bar, counts and rate, which are aligned in all lines. */
function leading(label: string, of: Counted, layout: Layout): Span[] {
  return [
    span(`${padded(label, layout.label)}  `),
    ...bar(of, layout),
    span(`  ${countText(of).padStart(layout.count)}  `),
    span(`${itemRate(of.rate).padStart(RATE_COLUMNS)}  `),
  ];
}

function bar({ done, total, expected = total }: Counted, { bar: width, unicode }: Layout): Span[] {
  const share = expected > 0 ? done / expected : total > 0 ? 1 : 0;
  const filled = Math.min(width, Math.floor(width * share));
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  return [span((full ?? '').repeat(filled), 'green'), span((empty ?? '').repeat(width - filled), 'dim')];
}

function doing(worker: WorkerView): Span[] {
  if (worker.waiting !== null && worker.file === null) return [span(worker.waiting, 'yellow')];
  switch (worker.status) {
    case 'failed':
    case 'lost':
      return [span(worker.status, 'red')];
    case 'stopping':
    case 'stopped':
      return [span(worker.status, 'yellow')];
    case 'completed':
      return worker.file === null ? [span('done', 'dim')] : fileSpans(worker.file, worker.fileShare);
    case 'pending':
    case 'starting':
    case 'running':
      return worker.file === null ? [span(idleWord(worker.status), 'dim')] : fileSpans(worker.file, worker.fileShare);
    default:
      return worker.status satisfies never;
  }
}

function idleWord(status: 'pending' | 'starting' | 'running'): string {
  return status === 'starting' ? 'starting' : 'waiting';
}

function fileSpans(file: string, share: number | null): Span[] {
  return share === null ? [span(file)] : [span(`${percent(share)} of `), span(file)];
}

function workerLabel(worker: WorkerView): string {
  return `${worker.worker} ${worker.device}`;
}

function totalLabel(view: ProgressView): string {
  return view.steps === 1 ? `all: ${view.name}` : `step ${view.step}/${view.steps}: ${view.name}`;
}

function countText({ done, total }: Pick<Counted, 'done' | 'total'>): string {
  return `${done}/${total}`;
}

function padded(label: string, columns: number): string {
  return label + ' '.repeat(Math.max(0, columns - columnsOf(label)));
}
