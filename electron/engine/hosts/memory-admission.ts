import { type Device, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { admissionRefusal, keptFor, type Reservation } from '../devices/free-memory.ts';
import { debug } from '../logs/debug-log.ts';
import type { ProcessView } from '../processes/process-table.ts';
import type { HostedWorker } from './worker-host.ts';

/** One answer about the devices serves every worker that asks within this time: the tool takes tenths of a second. */
const ADMISSION_FRESH_MS = 1_000;

/** What is told of a machine's devices at one time. */
interface Answer {
  /** When it was asked for, in the clock of `performance.now()`: nothing that was allocated later can be in it for sure. */
  begun: number;
  devices: readonly Device[];
}

/** Memory that is set aside for a worker of this process, with the worker. */
interface Held extends Reservation {
  worker: HostedWorker;
}

/** Of all steps that this process runs now: runs that share a device share its memory. */
const held = new Set<Held>();

/** Where a step asks about devices and processes. */
interface AdmissionSources {
  /** What the step needs of each device, bytes. */
  needed: number;
  /** Asks for the devices. */
  detect: () => Promise<readonly Device[]>;
  /** A look at all processes, and which of them belong to a worker. */
  look: () => Promise<ProcessView>;
  membersOf: (worker: HostedWorker, view: ProcessView) => readonly number[];
}

/**
 * Lets workers start on a device as long as its memory is there, whoever holds the rest. What a started worker has not allocated yet is kept
 * for it: without that two that are loading would both find the device empty.
 */
export class MemoryAdmission {
  private readonly sources: AdmissionSources;
  private readonly own = new Map<number, Held>();
  private asked: { begun: number; answer: Promise<Answer> } | null = null;
  /** Whether a process of ours was ever seen on a device: in a container its numbers may be others there. */
  private seesProcesses = false;

  constructor(sources: AdmissionSources) {
    this.sources = sources;
  }

  /** Asks for a start; when it is allowed the memory is set aside for it. @returns why it has to wait, or null */
  async refusal(worker: HostedWorker): Promise<string | null> {
    const { needed } = this.sources;
    if (needed === 0 || worker.device.kind === 'cpu') return null;
    const { begun, devices } = await this.answer();
    const device = devices.find((one) => isSameDevice(worker.device, one));
    const view = await this.sources.look();
    // From here to the reservation nothing is waited for: of two that ask at once the second one counts the first.
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

  /** Sets memory aside for a worker that runs. @param isSettled whether it has ended an item; one that was adopted may still be loading */
  reserve(worker: HostedWorker, { isSettled }: { isSettled: boolean }): void {
    const { needed } = this.sources;
    if (needed === 0 || worker.device.kind === 'cpu') return;
    this.free(worker);
    const since = performance.now();
    const own = { worker, needed, since, settledAt: isSettled ? since : null };
    this.own.set(worker.rank, own);
    held.add(own);
  }

  /** The worker has ended an item: what it needs it has by now, and answers from now on show it. */
  settle({ rank }: HostedWorker): void {
    const own = this.own.get(rank);
    if (own !== undefined) own.settledAt ??= performance.now();
  }

  /** The worker has ended, or is not started after all. */
  free({ rank }: HostedWorker): void {
    const own = this.own.get(rank);
    if (own === undefined) return;
    held.delete(own);
    this.own.delete(rank);
  }

  /** Gives everything back: the step is over, or another engine's. */
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

  /** One question serves all workers that ask within a second. */
  private answer(): Promise<Answer> {
    const begun = performance.now();
    if (this.asked === null || begun - this.asked.begun > ADMISSION_FRESH_MS)
      this.asked = { begun, answer: this.sources.detect().then((devices) => ({ begun, devices })) };
    return this.asked.answer;
  }
}
