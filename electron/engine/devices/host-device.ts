import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { Device } from '../../../shared/device.ts';
import { Poll, type WatchTarget, type WatchTimes } from './device-reading.ts';

/** How many CPU slots are used when there is no GPU and nothing else was requested. */
const DEFAULT_CPU_SLOTS = 4;

/** Returns a device that uses the machine's memory, and of which nothing else is measured. */
export function hostDevice(device: Pick<Device, 'kind' | 'index' | 'name'>, memory = hostMemory()): Device {
  return {
    ...device,
    uuid: null,
    ...memory,
    utilization: null,
    temperature: null,
    power: null,
    driver: null,
    parent_index: null,
    unified_memory: true,
    processes: [],
  };
}

/** Returns the memory of the machine in bytes. Free means what is available without swapping (MemAvailable on Linux). */
export function hostMemory(): { memory_total: number; memory_used: number; memory_free: number } {
  const total = totalmem();
  const free = freemem();
  return { memory_total: total, memory_used: total - free, memory_free: free };
}

/** Returns CPU slots: places for one worker each on the processor. They share the memory of the machine. */
export function cpuSlots(count: number): Device[] {
  const model = cpus()[0]?.model.trim() ?? '';
  const name = model === '' || model === 'unknown' ? 'CPU' : model;
  const memory = hostMemory();
  return Array.from({ length: count }, (_, index) => hostDevice({ kind: 'cpu', index, name }, memory));
}

/** Returns the slots used on a machine without a GPU: one per core that this process may use, a few at most. */
export function defaultCpuSlots(): Device[] {
  return cpuSlots(Math.min(availableParallelism(), DEFAULT_CPU_SLOTS));
}

/** Processor time since the machine started, in any one unit. */
export interface CpuTimes {
  busy: number;
  total: number;
}

/** Returns the processor time of the whole machine until now. On Linux this is one short read, since `os.cpus()` is slow with many cores. */
async function readCpuTimes(): Promise<CpuTimes> {
  try {
    return parseProcStat(await readFile('/proc/stat', 'utf8')) ?? coreTimes();
  } catch {
    return coreTimes();
  }
}

/**
 * Parses the first line of /proc/stat: `cpu  user nice system idle iowait irq softirq steal guest guest_nice` (proc_stat(5)). Guest time is already
 * in user and nice. Null when it has another form.
 */
export function parseProcStat(text: string): CpuTimes | null {
  const fields = /^cpu +(\d+(?: \d+){3,})/.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  if (fields === undefined) return null;
  const total = fields.reduce((sum, field) => sum + field, 0);
  return { busy: total - (fields[3] ?? 0) - (fields[4] ?? 0), total };
}

/** Returns the percent of all cores that was busy between two readings; null when no time passed. */
export function cpuUtilization(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  if (total <= 0) return null;
  return Math.min(100, Math.max(0, Math.round((100 * (after.busy - before.busy)) / total)));
}

function coreTimes(): CpuTimes {
  const times = cpus().map((core) => core.times);
  const total = times.reduce((sum, core) => sum + core.user + core.nice + core.sys + core.idle + core.irq, 0);
  return { busy: total - times.reduce((sum, core) => sum + core.idle, 0), total };
}

/**
 * Watches devices that are part of the machine itself: CPU slots get the load of all cores (a slot is bound to no core), Apple's GPU its shared
 * memory.
 */
export function watchHost(devices: readonly Device[], times: WatchTimes, target: WatchTarget): Poll {
  let before = readCpuTimes();
  return new Poll(times.intervalMs, async (signal) => {
    const now = await readCpuTimes();
    const load = cpuUtilization(await before, now);
    before = Promise.resolve(now);
    if (signal.aborted) return;
    // Read once for all: the system reads a file for it, and there may be a slot per worker.
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
