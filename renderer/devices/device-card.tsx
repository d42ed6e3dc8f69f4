import type { DeviceLease } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import { deviceUse, slotUse } from '../../shared/device-use.ts';
import { bytes } from '../../shared/format.ts';
import { deviceTitle } from '../launch/form-draft.ts';
import { Chart } from './chart.tsx';
import type { DeviceHistory } from './device-history.ts';
import { DeviceUseLines } from './device-use-lines.tsx';
import { chartWords, FIGURES, type Figure, latestWords, valuesOf } from './figures.ts';

const NOTHING: DeviceHistory = { times: [], samples: [] };

interface DeviceCardProps {
  device: Device;
  leases: readonly DeviceLease[];
  /** Milliseconds since 1970. */
  now: number;
  history: DeviceHistory | undefined;
}

/** One device: its charts, and the processes on it. */
export function DeviceCard({ device, leases, now, history = NOTHING }: DeviceCardProps) {
  const isHost = device.kind === 'cpu';
  const slots = slotUse(leases);
  const isStale = history.samples.length > 0 && history.samples.at(-1) === null;
  const title = isHost ? 'Processor and memory' : deviceTitle(device);
  const id = `device-${device.kind}-${device.index}`;
  const figures = isHost ? FIGURES.slice(0, 2) : FIGURES;
  return (
    <section className="device-card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {isStale && <span className="caution">its tool does not respond</span>}
        <span className="muted one-line" title={device.uuid ?? ''}>
          {details(device)}
        </span>
      </header>
      {!isHost && <DeviceUseLines use={deviceUse(device, leases)} now={now} isBrief />}
      {isHost && slots.leases.length > 0 && <DeviceUseLines use={slots} now={now} />}
      <div className="device-charts">
        {figures.map((figure) => (
          <FigureChart key={figure.id} figure={figure} device={device} history={history} />
        ))}
      </div>
      {!isHost && <Processes device={device} />}
    </section>
  );
}

function FigureChart({ figure, device, history }: { figure: Figure; device: Device; history: DeviceHistory }) {
  const values = valuesOf(figure, history);
  const isKnown = values.some((value) => value !== null);
  return (
    <figure>
      <figcaption>
        {figure.title}
        <span className={isKnown ? 'number' : 'muted'}>
          {isKnown ? latestWords(figure, device, values) : 'unknown'}
        </span>
      </figcaption>
      {isKnown || values.length === 0 ? (
        <Chart
          times={history.times}
          values={values}
          top={figure.top(device)}
          words={chartWords(figure, device, values)}
        />
      ) : (
        <p className="device-chart muted">The driver does not report this.</p>
      )}
    </figure>
  );
}

function Processes({ device }: { device: Device }) {
  const { processes } = device;
  if (processes.length === 0) return null;
  return (
    <table className="device-processes">
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">Owner</th>
          <th scope="col">User</th>
          <th scope="col" className="amount">
            Memory
          </th>
        </tr>
      </thead>
      <tbody>
        {processes.map(({ pid, name, memory_used, ours, user }) => (
          <tr key={pid}>
            <td>
              <span className="number muted">{pid}</span> <code>{name ?? 'unknown'}</code>
            </td>
            <td>{ours ? 'Drover' : <span className="caution">another program</span>}</td>
            <td>{user ?? 'unknown'}</td>
            <td className="number amount">{memory_used === null ? 'unknown' : bytes(memory_used)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function details({ kind, driver, unified_memory }: Device): string {
  return [
    ...(driver === null ? [] : [`driver ${driver}`]),
    ...(unified_memory && kind !== 'cpu' ? ['memory shared with the host'] : []),
    ...(kind === 'cpu' ? ['all cores together'] : []),
  ].join(' · ');
}
