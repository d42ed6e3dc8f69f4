import './figures.css';
import { useState } from 'react';
import type { DeviceSeries } from '../../shared/contract/runs.ts';
import { deviceLabel } from '../../shared/device.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { deviceKey } from './device-figures.ts';
import { DeviceTable, SeriesChip } from './device-table.tsx';
import { FigureChart } from './figure-chart.tsx';
import { figuresOf } from './figure-words.ts';
import { type MetricsDevice, seriesStyle } from './metrics-device.ts';
import { useDeviceSeries } from './use-device-series.ts';
import { WorkerTotals } from './worker-totals.tsx';

interface MetricsViewProps {
  snapshot: RunSnapshot;
  step: StepState;
}

/** The figures of the devices over the whole time of a step, and the totals of its workers. */
export function MetricsView({ snapshot, step }: MetricsViewProps) {
  const series = useDeviceSeries(snapshot, step.step);
  const [chosen, setChosen] = useState('');
  const [cursor, setCursor] = useState<number | null>(null);
  const devices = devicesOf(step, series);
  const shown = devices.filter(({ key }) => chosen === '' || chosen === key);
  const figures = figuresOf(step.workers.map(({ device }) => device.kind));
  const ranks = step.workers.filter(({ device }) => deviceKey(device) === chosen).map(({ rank }) => rank);
  const marks = ranks.flatMap((rank) => snapshot.times.itemEnds(step.step, rank)).sort((a, b) => a - b);
  return (
    <div className="metrics">
      {devices.length > 1 && (
        <div className="metrics-head">
          <label>
            Devices{' '}
            <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
              <option value="">All {devices.length}</option>
              {devices.map(({ key, label }) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          {chosen === '' ? (
            <Legend devices={devices} />
          ) : (
            <span className="muted">Dashed lines: the end of an item.</span>
          )}
        </div>
      )}
      {devices.length === 0 ? (
        <p className="muted">
          {snapshot.live
            ? 'No device of this step has been measured yet; the first sample arrives within seconds.'
            : 'No device of this step was measured.'}
        </p>
      ) : (
        <div className="metrics-charts">
          {figures.map((figure) => (
            <FigureChart key={figure} figure={figure} devices={shown} step={step} marks={marks} onCursor={setCursor} />
          ))}
        </div>
      )}
      {devices.length > 0 && <DeviceTable devices={shown} figures={figures} at={cursor} live={snapshot.live} />}
      <WorkerTotals step={step} />
    </div>
  );
}

/** Shows which line belongs to which device. */
function Legend({ devices }: { devices: readonly MetricsDevice[] }) {
  return (
    <ul className="legend">
      {devices.map(({ key, label, ...style }) => (
        <li key={key}>
          <SeriesChip {...style} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Returns the devices in the order of the ranks, each once. */
function devicesOf(step: StepState, series: readonly DeviceSeries[]): MetricsDevice[] {
  const bySeries = new Map(series.map((one) => [deviceKey(one), one]));
  const devices = new Map(step.workers.map(({ device }) => [deviceKey(device), device]));
  return [...devices].flatMap(([key, device], index) => {
    const own = bySeries.get(key);
    return own === undefined
      ? []
      : [{ key, label: deviceLabel(device), name: device.name, ...seriesStyle(index), series: own }];
  });
}
