import type { DeviceMoment } from '../../shared/contract/machine.ts';
import type { Device, DeviceSample } from '../../shared/device.ts';

/** How many seconds the charts show; the engine keeps as many. */
export const SHOWN_SECONDS = 300;

/** A gap of this many seconds between two moments is drawn as a gap: nothing was measured then. */
const GAP_SECONDS = 15;

/** The samples of a device, with their times in ascending seconds since 1970. */
export interface DeviceHistory {
  times: number[];
  samples: (DeviceSample | null)[];
}

/** Returns the key that connects a device with its samples. */
export function deviceKey({ kind, index, uuid }: Pick<Device, 'kind' | 'index' | 'uuid'>): string {
  return uuid ?? `${kind}:${index}`;
}

/** Adds moments to the histories; samples older than the charts show are dropped. */
export function withMoments(
  histories: ReadonlyMap<string, DeviceHistory>,
  moments: readonly DeviceMoment[],
): Map<string, DeviceHistory> {
  const next = new Map(
    [...histories].map(([key, { times, samples }]) => [key, { times: [...times], samples: [...samples] }]),
  );
  for (const moment of moments) {
    const key = deviceKey(moment);
    const history = next.get(key) ?? { times: [], samples: [] };
    next.set(key, history);
    add(history, moment.time / 1000, moment.sample);
  }
  for (const history of next.values()) dropOld(history);
  return next;
}

function add({ times, samples }: DeviceHistory, time: number, sample: DeviceSample | null): void {
  const last = times.at(-1);
  // A push may repeat what was in the answer.
  if (last !== undefined && time <= last) return;
  if (last !== undefined && time - last > GAP_SECONDS) {
    times.push(last + 1);
    samples.push(null);
  }
  times.push(time);
  samples.push(sample);
}

function dropOld({ times, samples }: DeviceHistory): void {
  const since = (times.at(-1) ?? 0) - SHOWN_SECONDS;
  const first = times.findIndex((time) => time >= since);
  times.splice(0, Math.max(0, first));
  samples.splice(0, Math.max(0, first));
}
