import type { Device } from '../../../shared/device.ts';
import { cpuUtilization, readCpuTimes } from './cpu-usage.ts';
import type { WatchTarget, WatchTimes } from './device-reading.ts';
import { hostMemory } from './host-memory.ts';
import { Poll } from './poll.ts';

/**
 * Watches devices that are part of the machine itself: CPU slots get the load of all cores (a slot is bound to no core), Apple's
 * GPU its shared memory.
 */
export function watchHost(devices: readonly Device[], times: WatchTimes, target: WatchTarget): Poll {
  let before = readCpuTimes();
  return new Poll(times.intervalMs, async (signal) => {
    const now = await readCpuTimes();
    const load = cpuUtilization(await before, now);
    before = Promise.resolve(now);
    if (signal.aborted) return;
    // Asked once for all: the system reads a file for it, and there may be a slot per worker.
    const memory = hostMemory();
    for (const device of devices) {
      const utilization = device.kind === 'cpu' ? load : null;
      target.onSample({
        device,
        sample: { ...memory, utilization, temperature: null, power: null },
        stale: false,
      });
    }
  });
}
