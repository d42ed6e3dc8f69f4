import type { DeviceLease } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import { bytes } from '../../shared/format.ts';
import { deviceTitle } from '../launch/form-draft.ts';
import { Chart } from './chart.tsx';
import type { DeviceHistory } from './device-history.ts';
import { DeviceUse, leasesOf } from './device-use.tsx';
import { chartWords, FIGURES, type Figure, latestWords, valuesOf } from './figures.ts';

const NOTHING: DeviceHistory = { times: [], samples: [] };

interface DeviceCardProps {
  device: Device;
  leases: readonly DeviceLease[];
  history: DeviceHistory | undefined;
}

/** One device: its charts, and the processes on it. */
export function DeviceCard({ device, leases, history = NOTHING }: DeviceCardProps) {
  const isHost = device.kind === 'cpu';
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
      <div className="device-charts">
        {figures.map((figure) => (
          <FigureChart key={figure.id} figure={figure} device={device} history={history} />
        ))}
      </div>
      <DeviceRuns device={device} leases={leases} />
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

/** The runs that have the device; the one card of a machine without GPUs has those of all its slots. */
function DeviceRuns({ device, leases }: Pick<DeviceCardProps, 'device' | 'leases'>) {
  // The table below shows the processes.
  const isFree = device.processes.length === 0 || leasesOf(device, leases).length > 0;
  if (device.kind !== 'cpu') return isFree ? <DeviceUse device={{ ...device, processes: [] }} leases={leases} /> : null;
  const runs = new Map(leases.filter(({ device: one }) => one.kind === 'cpu').map((lease) => [lease.run, lease]));
  const all = [...runs.values()].map((lease) => ({ ...lease, device }));
  return <DeviceUse device={device} leases={all} />;
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
            <td>{ours ? 'Drover' : <span className="caution">{user ?? 'another program'}</span>}</td>
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
