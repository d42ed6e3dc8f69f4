import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Processor time since the machine started, in any one unit. */
export interface CpuTimes {
  busy: number;
  total: number;
}

/** Processor time of the whole machine until now; on Linux by one short read, since `os.cpus()` is slow with many cores. */
export async function readCpuTimes(): Promise<CpuTimes> {
  try {
    return parseProcStat(await readFile('/proc/stat', 'utf8')) ?? coreTimes();
  } catch {
    return coreTimes();
  }
}

/**
 * The first line of /proc/stat: `cpu  user nice system idle iowait irq softirq steal guest guest_nice` (proc_stat(5)). Guest time
 * is already in user and nice. Null when it has another form.
 */
export function parseProcStat(text: string): CpuTimes | null {
  const fields = /^cpu +(\d+(?: \d+){3,})/.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  if (fields === undefined) return null;
  const total = fields.reduce((sum, field) => sum + field, 0);
  return { busy: total - (fields[3] ?? 0) - (fields[4] ?? 0), total };
}

/** Percent of all cores that was busy between two readings; null when no time passed. */
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
