import { plural } from '../../shared/format.ts';
import './worker-table.css';
import type { ProgressView, WorkerView } from '../../shared/run/progress-model.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { RunStatus } from '../../shared/run/run-status.ts';
import { deviceKey } from '../devices/device-figures.ts';
import { FIGURE_NAMES, figuresOf } from '../devices/figure-words.ts';
import { useDeviceSeries } from '../devices/use-device-series.ts';
import { statusWithin, statusWords } from '../parts/status-words.ts';
import { timeSpan } from '../parts/time-span.ts';
import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { PAST_NAMES } from './figure-cells.tsx';
import { WorkerRow } from './worker-row.tsx';

interface WorkerTableProps {
  snapshot: RunSnapshot;
  view: ProgressView;
  step: StepState;
}

/** One row per worker: its status, device and progress. */
export function WorkerTable({ snapshot, view, step }: WorkerTableProps) {
  const { live } = snapshot;
  const open = usePaneSettings((settings) => settings.workersOpen);
  return (
    <details
      className={live ? 'worker-table live' : 'worker-table'}
      open={open}
      onToggle={({ currentTarget }) => setPaneSettings({ workersOpen: currentTarget.open })}
    >
      <summary>
        {plural(view.workers.length, 'worker')}
        <span className="muted"> {workersInWords(snapshot.status, view.workers)}</span>
      </summary>
      {open && <WorkerRows snapshot={snapshot} view={view} step={step} />}
    </details>
  );
}

function WorkerRows({ snapshot, view, step }: WorkerTableProps) {
  const { live, times } = snapshot;
  const series = useDeviceSeries(snapshot, step.step);
  const figures = figuresOf(step.workers.map(({ device }) => device.kind));
  const someOff = live && view.workers.some(({ onDevice }) => onDevice === false);
  const names = live ? FIGURE_NAMES : PAST_NAMES;
  const span = timeSpan(step, series, live);
  return (
    <div className="worker-rows">
      <table
        aria-label={`Workers of step ${step.name}`}
        className={[live ? 'present' : 'past', someOff ? 'some-off-device' : ''].join(' ')}
      >
        <thead>
          <tr>
            <th scope="col" className="rank">
              Worker
            </th>
            <th scope="col" className="device">
              Device
            </th>
            <th scope="col" className="status">
              State
            </th>
            <th scope="col" className="done">
              Items done
            </th>
            {live && <th scope="col">Present item</th>}
            {figures.map((figure) => (
              <th key={figure} scope="col" className={`right ${figure}`}>
                {names[figure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.workers.map((worker, rank) => {
            const record = step.workers[rank];
            if (record === undefined) return null;
            const key = deviceKey(record.device);
            return (
              <WorkerRow
                key={worker.worker}
                record={record}
                worker={worker}
                status={statusWithin(snapshot.status, worker.status)}
                figures={figures}
                series={series.find((one) => deviceKey(one) === key)}
                live={live}
                {...span}
                marks={times.itemEnds(step.step, rank)}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Returns `3 running, 1 failed`. */
function workersInWords(run: RunStatus, workers: readonly WorkerView[]): string {
  const counts = new Map<string, number>();
  for (const { status } of workers) {
    const word = statusWords(statusWithin(run, status)).word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
