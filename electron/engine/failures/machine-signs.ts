import type { DeviceRef } from '../../../shared/device.ts';
import { askNvidiaSmi, parseCsvLine, tableLines } from '../devices/nvidia-smi.ts';
import type { Environment } from '../files/data-home.ts';
import { findOomKill, type KernelLine, OomKills, readKernelLog, since } from './oom-kills.ts';
import { parseXid, plainBus, type Xid } from './xid.ts';

/** The kernel's clock and that of a process's start differ by less than this (seconds). */
const KERNEL_CLOCK_SLACK = 1;

/** Whether the kernel killed a process for lack of memory, and the evidence. */
export type OomVerdict =
  | { readonly killed: true; readonly evidence: string }
  | { readonly killed: false }
  /** Unknown: neither log nor counters could be read. */
  | { readonly killed: null };

/** The machine's own evidence on the end of a worker: the kernel's log and its counters. */
export class MachineSigns {
  readonly oomKills: OomKills;
  private readonly env: Environment;

  constructor(env: Environment, oomKills: OomKills = new OomKills()) {
    this.env = env;
    this.oomKills = oomKills;
  }

  /** Returns the kernel log since a moment, in seconds after the machine's start; null where it cannot be read. */
  async kernelSince(seconds: number): Promise<KernelLine[] | null> {
    const lines = await readKernelLog(this.env);
    return lines === null ? null : since(lines, seconds - KERNEL_CLOCK_SLACK);
  }

  /**
   * Checks whether a process that got SIGKILL was killed for lack of memory.
   * @param pids of the worker, as far as known
   * @param killsBefore what was counted when it was started
   */
  oomVerdict(kernel: readonly KernelLine[] | null, pids: ReadonlySet<number>, killsBefore: number | null): OomVerdict {
    const line = kernel === null ? null : findOomKill(kernel, pids);
    const counted = this.oomKills.claim(killsBefore);
    if (line !== null) return { killed: true, evidence: line };
    if (counted === true)
      return { killed: true, evidence: 'the kernel counted an out-of-memory kill in this control group' };
    return { killed: counted === null && kernel === null ? null : false };
  }

  /** Returns the latest error of a device in the kernel log. */
  async xidOf(kernel: readonly KernelLine[] | null, device: DeviceRef): Promise<Xid | null> {
    if (kernel === null || (device.kind !== 'nvidia' && device.kind !== 'mig')) return null;
    const found = kernel.map(({ text }) => parseXid(text)).filter((xid) => xid !== null);
    if (found.length === 0) return null;
    const buses = await this.busIds();
    return found.findLast((xid) => isOf(xid, device, buses)) ?? null;
  }

  /** Returns the bus ids, by UUID, of the cards that the driver still lists. */
  private async busIds(): Promise<Map<string, string>> {
    const question = ['--query-gpu=uuid,pci.bus_id', '--format=csv,noheader,nounits'];
    const answer = await askNvidiaSmi(question, { env: { ...this.env } });
    const rows = tableLines(answer).map((line) => parseCsvLine(line, 2, 1));
    return new Map(
      rows.flatMap((row) => (row?.[0] === undefined || row[1] === undefined ? [] : [[row[0], plainBus(row[1])]])),
    );
  }
}

/**
 * Returns whether an error is of this device. A lost card is not listed any more: then an error on a bus that no other card has is its own. The card
 * of an instance is unknown.
 */
function isOf(xid: Xid, device: DeviceRef, buses: ReadonlyMap<string, string>): boolean {
  const own = device.uuid === null ? undefined : buses.get(device.uuid);
  if (own !== undefined) return own === xid.bus;
  if (device.kind === 'mig') return buses.size === 1;
  return ![...buses.values()].includes(xid.bus);
}
