import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { DeviceLease } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import type { Problem } from '../../shared/problem.ts';
import { listenOnce } from '../engine-client/listen-once.ts';
import { type DeviceHistory, withMoments } from './device-history.ts';

/** What is known of the devices; null before the first answer. */
export interface DeviceView {
  devices: readonly Device[];
  leases: readonly DeviceLease[];
  problems: readonly string[];
  histories: ReadonlyMap<string, DeviceHistory>;
}

/** Watches all devices while the page is shown. */
export function useDeviceFeed(client: EngineClient): { view: DeviceView | null; problem: Problem | null } {
  const [view, setView] = useState<DeviceView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const end = client.subscribe({
      devicesSampled({ devices, leases, moments, problems }) {
        setView((before) =>
          before === null
            ? before
            : {
                devices: devices ?? before.devices,
                leases: leases ?? before.leases,
                problems,
                histories: withMoments(before.histories, moments),
              },
        );
      },
    });
    const ignore = listenOnce(client.watchDevices({}), (answer) => {
      setProblem(answer.ok ? null : answer.error);
      if (!answer.ok) return;
      const { devices, leases, problems, past } = answer.value;
      setView({ devices, leases, problems, histories: withMoments(new Map(), past) });
    });
    return () => {
      ignore();
      end();
      // A lost connection has already ended the watch.
      client.unwatchDevices({}).catch(() => undefined);
    };
  }, [client]);
  return { view, problem };
}
