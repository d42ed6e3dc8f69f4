import { useEffect, useState } from 'react';
import type { Device, DeviceRef } from '../../shared/device.ts';
import { useEngine } from '../engine-client/use-engine.ts';

/** How much memory devices have: looked up once while a run is live, as it does not change. Answers bytes or null. */
export function useMemoryTotals(live: boolean): (device: DeviceRef) => number | null {
  const client = useEngine();
  const [devices, setDevices] = useState<readonly Device[]>([]);
  useEffect(() => {
    if (!live || client === null) return undefined;
    let wanted = true;
    client.devices({}).then(
      (answer) => wanted && setDevices(answer.devices),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [live, client]);
  return (device) =>
    devices.find((one) =>
      device.uuid === null ? one.kind === device.kind && one.index === device.index : one.uuid === device.uuid,
    )?.memory_total ?? null;
}
