import type { DeviceMoment } from '../../shared/contract/machine.ts';
import type { Device, DeviceSample } from '../../shared/device.ts';

/** Seconds of the past that the charts show; the engine keeps as much. */
export const SHOWN_SECONDS = 300;

/** A gap of this many seconds between two moments is drawn as one: nobody looked then. */
const GAP_SECONDS = 15;

/** What a device did: times in seconds since 1970, rising, and the samples of these times. */
export interface DeviceHistory {
  times: number[];
  samples: (DeviceSample | null)[];
}

/** By which a device and its moments find each other. */
export function deviceKey({ kind, index, uuid }: Pick<Device, 'kind' | 'index' | 'uuid'>): string {
  return uuid ?? `${kind}:${index}`;
}

/** The histories with more moments; what has become older than the charts show is forgotten. */
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
  for (const history of next.values()) forget(history);
  return next;
}

function add({ times, samples }: DeviceHistory, time: number, sample: DeviceSample | null): void {
  const last = times.at(-1);
  // What was in the answer may come once more by a push.
  if (last !== undefined && time <= last) return;
  if (last !== undefined && time - last > GAP_SECONDS) {
    times.push(last + 1);
    samples.push(null);
  }
  times.push(time);
  samples.push(sample);
}

function forget({ times, samples }: DeviceHistory): void {
  const since = (times.at(-1) ?? 0) - SHOWN_SECONDS;
  const first = times.findIndex((time) => time >= since);
  times.splice(0, Math.max(0, first));
  samples.splice(0, Math.max(0, first));
}
