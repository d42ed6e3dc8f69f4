import type { Device } from '../../../shared/device.ts';
import { amdUuids, sampleAmd } from './amd-devices.ts';
import type { WatchTarget, WatchTimes } from './device-reading.ts';
import { Poll } from './poll.ts';

/** Watches AMD cards by asking amd-smi again and again: its own streaming is broken in several releases. */
export function watchAmd(
  devices: readonly Device[],
  env: NodeJS.ProcessEnv,
  times: WatchTimes,
  target: WatchTarget,
): Poll {
  const stale = new Set<Device>();
  let uuids: Awaited<ReturnType<typeof amdUuids>> = new Map();
  return new Poll(times.amdIntervalMs, async (signal) => {
    if (uuids.size === 0) uuids = await amdUuids({ env, signal });
    const samples = await sampleAmd(uuids, { env, signal });
    if (signal.aborted) return;
    for (const device of devices) {
      const sample = samples.get(device.uuid ?? '') ?? null;
      if (sample !== null) stale.delete(device);
      else if (stale.has(device)) continue;
      else {
        stale.add(device);
        target.onProblem(
          `amd-smi tells nothing about GPU ${device.index} (${device.name}); its figures are unknown for now. If this goes on, run amd-smi by hand.`,
        );
      }
      target.onSample({ device, sample, stale: sample === null });
    }
  });
}
