import type { DeviceSeries } from '../../shared/contract/runs.ts';
import type { WorkerView } from '../../shared/run/progress-model.ts';
import { type Figure, totalsOf } from '../devices/device-figures.ts';
import { figureText } from '../devices/figure-words.ts';
import { Sparkline } from '../devices/sparkline.tsx';

interface FigureCellsProps {
  figures: readonly Figure[];
  worker: WorkerView;
  series: DeviceSeries | undefined;
  live: boolean;
  from: number;
  to: number;
  marks: readonly number[];
}

/** The figures of a worker's device: the present value and its line; for an ended run the totals. */
export function FigureCells({ figures, worker, series, live, ...span }: FigureCellsProps) {
  return figures.map((figure) => (
    <td key={figure} className={`figure-cell ${figure}`}>
      <div className="figure-value">
        {series !== undefined && series.times.length > 1 && <Sparkline figure={figure} series={series} {...span} />}
        <span className="number" title={figure === 'memory_used' ? memoryTitle(worker, series) : undefined}>
          {figureText(figure, live ? liveValue(worker, figure, series) : pastValue(figure, series))}
        </span>
      </div>
    </td>
  ));
}

/** The headings of the figures of an ended run. */
export const PAST_NAMES: Record<Figure, string> = {
  utilization: 'Mean util.',
  memory_used: 'Peak memory',
  temperature: 'Peak temp.',
  power: 'Mean power',
};

function liveValue(worker: WorkerView, figure: Figure, series: DeviceSeries | undefined): number | null {
  const live = { ...worker, memory_used: worker.memoryUsed }[figure];
  return live ?? (series === undefined ? null : totalsOf(series[figure]).latest);
}

function pastValue(figure: Figure, series: DeviceSeries | undefined): number | null {
  if (series === undefined) return null;
  const { mean, peak } = totalsOf(series[figure]);
  return figure === 'memory_used' || figure === 'temperature' ? peak : mean;
}

function memoryTitle({ memoryTotal }: WorkerView, series: DeviceSeries | undefined): string | undefined {
  const total = memoryTotal ?? series?.memory_total ?? null;
  return total === null ? undefined : `of ${figureText('memory_used', total)}`;
}
