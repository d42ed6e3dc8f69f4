import './devices-page.css';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Device } from '../../shared/device.ts';
import { useLastEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';
import { QueueSection } from '../queue/queue-section.tsx';
import { DeviceCard } from './device-card.tsx';
import { deviceKey } from './device-history.ts';
import { useDeviceFeed } from './use-device-feed.ts';

/** The live figures of every device of the machine. */
export function DevicesPage() {
  const client = useLastEngine();
  return client === null ? null : <Devices client={client} />;
}

function Devices({ client }: { client: EngineClient }) {
  const { view, problem } = useDeviceFeed(client);
  const now = useNow(true);
  return (
    <div className="devices-page">
      <header>
        <h1>Devices</h1>
        {(view !== null || problem === null) && (
          <p className="muted">{view === null ? 'Looking for devices…' : summary(view.devices)}</p>
        )}
      </header>
      {problem !== null && <ProblemNote problem={problem} />}
      {view?.problems.map((sentence) => (
        <p key={sentence} className="caution">
          {sentence}
        </p>
      ))}
      <div className="device-cards">
        {shownDevices(view?.devices ?? []).map((device) => (
          <DeviceCard
            key={deviceKey(device)}
            device={device}
            leases={view?.leases ?? []}
            now={now}
            history={view?.histories.get(deviceKey(device))}
          />
        ))}
      </div>
      <QueueSection client={client} />
    </div>
  );
}

/** Returns the devices to show: all CPU slots are one machine, so they share one card. */
function shownDevices(devices: readonly Device[]): readonly Device[] {
  const [first] = devices;
  return first !== undefined && devices.every(({ kind }) => kind === 'cpu') ? [first] : devices;
}

function summary(devices: readonly Device[]): string {
  const gpus = devices.filter(({ kind }) => kind !== 'cpu').length;
  if (gpus === 0)
    return `There is no GPU that can be used. Workers run on the CPU, in ${devices.length} slots by default.`;
  return `${gpus === 1 ? '1 device' : `${gpus} devices`}, the last five minutes.`;
}
