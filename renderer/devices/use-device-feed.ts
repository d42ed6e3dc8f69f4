import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Device } from '../../shared/device.ts';
import { messageOf } from '../../shared/message-of.ts';
import { type DeviceHistory, withMoments } from './device-history.ts';

/** What is known of the devices; null before the first answer. */
export interface DeviceView {
  devices: readonly Device[];
  problems: readonly string[];
  histories: ReadonlyMap<string, DeviceHistory>;
}

/** Watches all devices while the page is shown. */
export function useDeviceFeed(client: EngineClient): { view: DeviceView | null; failure: string | null } {
  const [view, setView] = useState<DeviceView | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let listening = true;
    const end = client.subscribe({
      devicesSampled({ devices, moments, problems }) {
        setView((before) =>
          before === null
            ? before
            : {
                devices: devices ?? before.devices,
                problems,
                histories: withMoments(before.histories, moments),
              },
        );
      },
    });
    client.watchDevices({}).then(
      ({ devices, problems, past }) => {
        if (!listening) return;
        setFailure(null);
        setView({ devices, problems, histories: withMoments(new Map(), past) });
      },
      (error: unknown) => listening && setFailure(messageOf(error)),
    );
    return () => {
      listening = false;
      end();
      // A lost connection has already ended the watch.
      client.unwatchDevices({}).catch(() => undefined);
    };
  }, [client]);
  return { view, failure };
}
