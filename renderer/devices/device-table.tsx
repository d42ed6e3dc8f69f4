import { clockTime, energy } from '../../shared/format.ts';
import { energyOf, type Figure, totalsOf } from './device-figures.ts';
import { FIGURE_NAMES, figureText } from './figure-words.ts';
import type { MetricsDevice } from './metrics-device.ts';

interface DeviceTableProps {
  devices: readonly MetricsDevice[];
  figures: readonly Figure[];
  /** The time under the cursor of the charts, in seconds since 1970; null when there is none. */
  at: number | null;
  live: boolean;
}

/** Each device in numbers: at the cursor or last, and over the whole step. It is the text form of the charts. */
export function DeviceTable({ devices, figures, at, live }: DeviceTableProps) {
  const moment = at === null ? (live ? 'now' : 'last') : `at ${clockTime(new Date(at * 1000).toISOString())}`;
  const power = figures.includes('power');
  return (
    <>
      <h2>Devices, {moment}</h2>
      <div className="metrics-table" role="region" aria-label="Figures of the devices" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Device</th>
              {figures.map((figure) => (
                <th key={figure} scope="col" className="right">
                  {FIGURE_NAMES[figure]}
                </th>
              ))}
              {power && (
                <th scope="col" className="right">
                  Energy
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <tr key={device.key}>
                <th scope="row" title={device.name}>
                  <SeriesChip {...device} />
                  {device.label} <span className="muted">{device.name}</span>
                </th>
                {figures.map((figure) => (
                  <FigureNumbers key={figure} device={device} figure={figure} at={at} />
                ))}
                {power && <td className="number right">{shownEnergy(energyOf(device.series))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function FigureNumbers({ device, figure, at }: { device: MetricsDevice; figure: Figure; at: number | null }) {
  const { series } = device;
  const { latest, mean, peak } = totalsOf(series[figure]);
  const value = at === null ? latest : valueAt(series.times, series[figure], at);
  return (
    <td className="number right">
      {figureText(figure, value)}{' '}
      <span className="muted">
        mean {figureText(figure, mean)}, peak {figureText(figure, peak)}
      </span>
    </td>
  );
}

function valueAt(times: readonly number[], values: readonly (number | null)[], at: number): number | null {
  const place = times.findIndex((time) => Math.round(time) >= at);
  return place < 0 ? null : (values[place] ?? null);
}

/** A sample of a device's line beside its name: in the same colour, dashed like the line. */
export function SeriesChip({ colour, dashed }: { colour: string; dashed: boolean }) {
  const line = `var(${colour})`;
  const background = dashed ? `repeating-linear-gradient(90deg, ${line} 0 5px, transparent 5px 9px)` : line;
  return <span className="series-chip" aria-hidden="true" style={{ background }} />;
}

function shownEnergy(joules: number | null): string {
  return joules === null ? '–' : energy(joules);
}
