import { type Device, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { admissionRefusal, keptFor, type Reservation } from '../devices/memory-admission.ts';
import { debug } from '../logs/debug-log.ts';
import type { ProcessView } from '../processes/process-table.ts';
import { sharedLook } from '../processes/this-process-table.ts';
import type { StepSetup } from './step-setup.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** One answer about the devices serves every worker that asks within this time: the tool takes tenths of a second. */
const ADMISSION_FRESH_MS = 1_000;

const BYTES_PER_GIB = 1024 ** 3;

/** What is told of a machine's devices at one time. */
interface Answer {
  /** When it was asked for, in the clock of `performance.now()`: nothing that was allocated later can be in it for sure. */
  begun: number;
  devices: readonly Device[];
}

/** Memory that is set aside for a worker of this process, with the worker. */
interface Held extends Reservation {
  slot: WorkerSlot;
}

/** Of all steps that this process runs now: runs that share a device share its memory. */
const held = new Set<Held>();

/**
 * Lets workers start on a device as long as its memory is there, whoever holds the rest. What a started worker has not allocated yet is kept
 * for it: without that two that are loading would both find the device empty.
 */
export class AdmissionDesk {
  private readonly setup: StepSetup;
  private readonly needed: number;
  private readonly detect: () => Promise<readonly Device[]>;
  private readonly own = new Map<number, Held>();
  private asked: { begun: number; answer: Promise<Answer> } | null = null;
  /** Whether a process of ours was ever seen on a device: in a container its numbers may be others there. */
  private seesProcesses = false;

  /** @param detect asks for the devices; a simulation in tests */
  constructor(setup: StepSetup, slots: readonly WorkerSlot[], detect = devicesNow) {
    this.setup = setup;
    this.needed = setup.definition.min_free_memory_gib * BYTES_PER_GIB;
    this.detect = () => detect(setup);
    // One that was adopted may still be loading.
    for (const slot of slots) if (slot.process !== null) this.set(slot, slot.record?.work.is_first !== true);
  }

  /** Asks for a start; when it is allowed the memory is set aside for it. @returns why it has to wait, or null */
  async refusal(slot: WorkerSlot): Promise<string | null> {
    if (this.needed === 0 || slot.device.kind === 'cpu') return null;
    const { begun, devices } = await this.answer();
    const device = devices.find((one) => isSameDevice(slot.device, one));
    const view = await sharedLook(this.setup.table);
    // From here to the reservation nothing is waited for: of two that ask at once the second one counts the first.
    const refused = device === undefined ? null : this.judge(slot, device, begun, view);
    if (refused === null) this.set(slot, false);
    debug('admission', refused === null ? 'a worker may start' : 'a worker has to wait', () => ({
      worker: slot.worker,
      device: device === undefined ? null : deviceLabel(device),
      free: device?.memory_free ?? null,
      needed: this.needed,
      reason: refused,
    }));
    return refused;
  }

  /** The worker has ended an item: what it needs it has by now, and answers from now on show it. */
  settle({ rank }: WorkerSlot): void {
    const own = this.own.get(rank);
    if (own !== undefined) own.settledAt ??= performance.now();
  }

  /** The worker has ended, or is not started after all. */
  free({ rank }: WorkerSlot): void {
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

  private judge(slot: WorkerSlot, device: Device, begun: number, view: ProcessView): string | null {
    const others = [...held].filter((one) => one.slot !== slot && isSameDevice(one.slot.device, device));
    const ours = new Set<number>();
    let reserved = 0;
    for (const other of others) {
      const members = new Set(other.slot.members(view));
      for (const pid of members) ours.add(pid);
      const seen = device.processes.filter(({ pid }) => members.has(pid));
      if (seen.some(({ memory_used }) => memory_used !== null)) this.seesProcesses = true;
      const shown = seen.reduce((sum, { memory_used }) => sum + (memory_used ?? 0), 0);
      reserved += keptFor(other, { begun, shown, seesProcesses: this.seesProcesses });
    }
    return admissionRefusal({
      label: deviceLabel(device),
      needed: this.needed,
      free: device.memory_free,
      reserved,
      strangers: device.processes.filter(({ pid }) => !ours.has(pid)),
    });
  }

  private set(slot: WorkerSlot, isSettled: boolean): void {
    if (this.needed === 0 || slot.device.kind === 'cpu') return;
    this.free(slot);
    const since = performance.now();
    const own = { slot, needed: this.needed, since, settledAt: isSettled ? since : null };
    this.own.set(slot.rank, own);
    held.add(own);
  }

  /** One question serves all workers that ask within a second. */
  private answer(): Promise<Answer> {
    const begun = performance.now();
    if (this.asked === null || begun - this.asked.begun > ADMISSION_FRESH_MS)
      this.asked = { begun, answer: this.detect().then((devices) => ({ begun, devices })) };
    return this.asked.answer;
  }
}

async function devicesNow({ env }: StepSetup): Promise<readonly Device[]> {
  return (await detectDevices({ env: { ...env } })).devices;
}
