import './device-use.css';
import type { DeviceLease } from '../../shared/contract/machine.ts';
import { type Device, type DeviceProcess, isSameDevice } from '../../shared/device.ts';
import { bytes, clockTime } from '../../shared/format.ts';
import { goTo } from '../store/layout-store.ts';

interface DeviceUseProps {
  device: Device;
  leases: readonly DeviceLease[];
}

/** Says who has a device: runs of any user, other programs, or nobody. */
export function DeviceUse({ device, leases }: DeviceUseProps) {
  const runs = leasesOf(device, leases);
  const others = device.processes.filter(({ ours }) => !ours);
  if (runs.length === 0 && others.length === 0)
    return device.kind === 'cpu' ? null : <p className="device-use muted">Free</p>;
  return (
    <ul className="device-use">
      {runs.map((lease) => (
        <li key={lease.run}>
          <LeaseWords lease={lease} />
        </li>
      ))}
      {others.map((one) => (
        <li key={one.pid} className="caution">
          {processWords(one)}
        </li>
      ))}
    </ul>
  );
}

/** Returns the leases of a device. */
export function leasesOf(device: Device, leases: readonly DeviceLease[]): DeviceLease[] {
  return leases.filter((lease) => isSameDevice(lease.device, device));
}

function LeaseWords({ lease }: { lease: DeviceLease }) {
  const { run, pipeline, user, since, until, shared } = lease;
  const open = (): void => goTo({ page: 'run', run, step: null, tab: null });
  return (
    <span>
      Used by{' '}
      {user === null ? (
        <button type="button" className="link inline" title={run} onClick={open}>
          {pipeline}
        </button>
      ) : (
        <span title={run}>
          {pipeline} of {user}
        </span>
      )}{' '}
      since {clockTime(since)}
      {until === null ? '' : `, until about ${clockTime(until)}`}
      {shared ? ', shared' : ''}
    </span>
  );
}

function processWords({ pid, name, user, memory_used }: DeviceProcess): string {
  const of = user === undefined ? '' : ` of ${user}`;
  const memory = memory_used === null ? '' : `, ${bytes(memory_used)}`;
  return `Used by ${name ?? 'another program'}${of} (${pid}${memory})`;
}
