import { type Device, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { admissionRefusal, keptFor, type Reservation } from '../devices/free-memory.ts';
import { debug } from '../logs/debug-log.ts';
import type { ProcessView } from '../processes/process-table.ts';
import type { HostedWorker } from './worker-host.ts';

/** One reading of the devices serves every worker that needs one within this time: the tool takes tenths of a second. */
const ADMISSION_FRESH_MS = 1_000;

/** What a machine's devices report at one time. */
interface Answer {
  /** When the reading began, in the clock of `performance.now()`: it may not include what was allocated later. */
  begun: number;
  devices: readonly Device[];
}

/** Memory that is reserved for a worker of this process, with the worker. */
interface Held extends Reservation {
  worker: HostedWorker;
}

/** The reservations of all steps that this process runs now: runs that share a device share its memory. */
const held = new Set<Held>();

/** How a step reads devices and processes. */
interface AdmissionSources {
  /** How many bytes the step needs on each device. */
  needed: number;
  /** Reads the devices. */
  detect: () => Promise<readonly Device[]>;
  /** Returns all processes. */
  snapshot: () => Promise<ProcessView>;
  membersOf: (worker: HostedWorker, view: ProcessView) => readonly number[];
}

/**
 * Lets workers start on a device while its free memory is enough, whoever uses the rest. Memory that a started worker has not allocated yet stays
 * reserved for it: otherwise two loading workers would both find the device empty.
 */
export class MemoryAdmission {
  private readonly sources: AdmissionSources;
  private readonly own = new Map<number, Held>();
  private asked: { begun: number; answer: Promise<Answer> } | null = null;
  /** Whether a process of ours was ever seen on a device: in a container, processes may have other numbers there. */
  private seesProcesses = false;

  constructor(sources: AdmissionSources) {
    this.sources = sources;
  }

  /** Requests a start. When it is allowed, the memory is reserved for it. @returns why it has to wait, or null */
  async refusal(worker: HostedWorker): Promise<string | null> {
    const { needed } = this.sources;
    if (needed === 0 || worker.device.kind === 'cpu') return null;
    const { begun, devices } = await this.answer();
    const device = devices.find((one) => isSameDevice(worker.device, one));
    const view = await this.sources.snapshot();
    // From here to the reservation there is no await: of two requests at once the second one counts the first.
    const refused = device === undefined ? null : this.judge(worker, device, begun, view);
    if (refused === null) this.reserve(worker, { isSettled: false });
    debug('admission', refused === null ? 'a worker may start' : 'a worker has to wait', () => ({
      worker: worker.id,
      device: device === undefined ? null : deviceLabel(device),
      free: device?.memory_free ?? null,
      needed,
      reason: refused,
    }));
    return refused;
  }

  /** Reserves memory for a worker that runs. @param isSettled whether it has ended an item; an adopted one may still be loading */
  reserve(worker: HostedWorker, { isSettled }: { isSettled: boolean }): void {
    const { needed } = this.sources;
    if (needed === 0 || worker.device.kind === 'cpu') return;
    this.free(worker);
    const since = performance.now();
    const own = { worker, needed, since, settledAt: isSettled ? since : null };
    this.own.set(worker.rank, own);
    held.add(own);
  }

  /** Notes that the worker has ended an item: it has allocated what it needs, and readings from now on include that. */
  settle({ rank }: HostedWorker): void {
    const own = this.own.get(rank);
    if (own !== undefined) own.settledAt ??= performance.now();
  }

  /** Frees the memory of a worker that has ended, or is not started after all. */
  free({ rank }: HostedWorker): void {
    const own = this.own.get(rank);
    if (own === undefined) return;
    held.delete(own);
    this.own.delete(rank);
  }

  /** Frees all memory: the step is over, or belongs to another engine. */
  close(): void {
    for (const own of this.own.values()) held.delete(own);
    this.own.clear();
  }

  private judge(worker: HostedWorker, device: Device, begun: number, view: ProcessView): string | null {
    const others = [...held].filter((one) => one.worker !== worker && isSameDevice(one.worker.device, device));
    const ours = new Set<number>();
    let reserved = 0;
    for (const other of others) {
      const members = new Set(this.sources.membersOf(other.worker, view));
      for (const pid of members) ours.add(pid);
      const seen = device.processes.filter(({ pid }) => members.has(pid));
      if (seen.some(({ memory_used }) => memory_used !== null)) this.seesProcesses = true;
      const shown = seen.reduce((sum, { memory_used }) => sum + (memory_used ?? 0), 0);
      reserved += keptFor(other, { begun, shown, seesProcesses: this.seesProcesses });
    }
    return admissionRefusal({
      label: deviceLabel(device),
      needed: this.sources.needed,
      free: device.memory_free,
      reserved,
      strangers: device.processes.filter(({ pid }) => !ours.has(pid)),
    });
  }

  /** Returns the present reading: one reading serves all workers that need it within a second. */
  private answer(): Promise<Answer> {
    const begun = performance.now();
    if (this.asked === null || begun - this.asked.begun > ADMISSION_FRESH_MS)
      this.asked = { begun, answer: this.sources.detect().then((devices) => ({ begun, devices })) };
    return this.asked.answer;
  }
}
