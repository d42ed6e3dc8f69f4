import type { Device } from '../../../shared/device.ts';
import { watchAmd } from './amd-devices.ts';
import type { WatchTarget, WatchTimes } from './device-reading.ts';
import { watchHost } from './host-device.ts';
import { NvidiaWatch } from './watch-nvidia.ts';

/** Time between two samples of a device (ms). NVML's own averaging window is 1/6 to 1 s: faster samples show nothing new. */
export const SAMPLE_INTERVAL_MS = 1_000;

/** Time between two samples of AMD devices (ms): each costs the start of a Python program. */
const AMD_SAMPLE_INTERVAL_MS = 5_000;

/** How many intervals may pass without a line before the stream counts as hung, and its figures as stale. */
const SILENT_INTERVALS = 5;

/** Time that the stream has for its very first line (ms): the driver may have to wake every card. */
const FIRST_LINE_MS = 20_000;

/** First and longest wait before the stream is started again (ms); doubled at each failure in between. */
const RESTART_FIRST_MS = 1_000;
const RESTART_LONGEST_MS = 60_000;

/** Options of a watch; times that are not given are those of limits.ts. */
export interface WatchOptions extends WatchTarget, Partial<WatchTimes> {
  env: NodeJS.ProcessEnv;
}

/** A running watch. After `stop` nothing is called any more. */
export interface DeviceWatch {
  stop(): Promise<void>;
}

/**
 * Reports the figures of devices repeatedly until stopped. When a tool dies, hangs or no longer names a device, one reading with `stale: true` and no
 * figures is reported. Of Intel devices nothing is known, so nothing is reported.
 */
export function watchDevices(devices: readonly Device[], options: WatchOptions): DeviceWatch {
  const times = timesOf(options);
  const nvidia = devices.filter((device) => device.kind === 'nvidia' || device.kind === 'mig');
  const amd = devices.filter((device) => device.kind === 'amd');
  const host = devices.filter((device) => device.kind === 'cpu' || device.kind === 'apple');
  const watches = [
    ...(nvidia.length > 0 ? [new NvidiaWatch(nvidia, options.env, times, options)] : []),
    ...(amd.length > 0 ? [watchAmd(amd, options.env, times, options)] : []),
    ...(host.length > 0 ? [watchHost(host, times, options)] : []),
  ];
  return {
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}

function timesOf(options: Partial<WatchTimes>): WatchTimes {
  const intervalMs = options.intervalMs ?? SAMPLE_INTERVAL_MS;
  return {
    intervalMs,
    silentMs: options.silentMs ?? intervalMs * SILENT_INTERVALS,
    amdIntervalMs: options.amdIntervalMs ?? AMD_SAMPLE_INTERVAL_MS,
    firstLineMs: options.firstLineMs ?? FIRST_LINE_MS,
    restartFirstMs: options.restartFirstMs ?? RESTART_FIRST_MS,
    restartLongestMs: options.restartLongestMs ?? RESTART_LONGEST_MS,
  };
}
