import { type Device, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { sharedLook } from '../processes/shared-look.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import { ADMISSION_FRESH_MS, RESERVATION_MS } from './limits.ts';
import { admissionRefusal, stillReserved } from './memory-admission.ts';
import type { StepSetup } from './step-setup.ts';

const BYTES_PER_GIB = 1024 ** 3;

/**
 * Lets workers start on a device as long as its memory is there, whoever holds the rest. What a started worker has not allocated yet is kept
 * for it: without that two that are loading would both find the device empty.
 */
export class AdmissionDesk {
  private readonly setup: StepSetup;
  private readonly slots: readonly WorkerSlot[];
  private readonly needed: number;
  /** By rank when memory was set aside for its start. */
  private readonly reservations = new Map<number, number>();
  private answer: { at: number; devices: Promise<readonly Device[]> } | null = null;

  constructor(setup: StepSetup, slots: readonly WorkerSlot[]) {
    this.setup = setup;
    this.slots = slots;
    this.needed = setup.definition.min_free_memory_gib * BYTES_PER_GIB;
  }

  /** Asks for a start; when it is allowed the memory is set aside for it. @returns why it has to wait, or null */
  async refusal(slot: WorkerSlot): Promise<string | null> {
    if (this.needed === 0 || slot.device.kind === 'cpu') return null;
    const device = (await this.devices()).find((one) => isSameDevice(slot.device, one));
    if (device === undefined) return null;
    const own = this.slots.filter((other) => other !== slot && isSameDevice(other.device, device));
    const view = await sharedLook(this.setup.table);
    const pids = new Map(own.map((other) => [other.rank, new Set(other.members(view))]));
    const ours = new Set([...pids.values()].flatMap((members) => [...members]));
    const refused = admissionRefusal({
      label: deviceLabel(device),
      needed: this.needed,
      free: device.memory_free,
      reserved: own.reduce((sum, other) => sum + this.reservedFor(other, device, pids.get(other.rank) ?? new Set()), 0),
      strangers: device.processes.filter(({ pid }) => !ours.has(pid)),
    });
    if (refused === null) this.reservations.set(slot.rank, performance.now());
    return refused;
  }

  /** The worker has ended, or has shown by an item that it has what it needs. */
  free(slot: WorkerSlot): void {
    this.reservations.delete(slot.rank);
  }

  private reservedFor(slot: WorkerSlot, device: Device, pids: ReadonlySet<number>): number {
    const since = this.reservations.get(slot.rank);
    if (since === undefined || performance.now() - since > RESERVATION_MS) return 0;
    const held = device.processes.filter(({ pid }) => pids.has(pid));
    return stillReserved(
      this.needed,
      held.reduce((sum, { memory_used }) => sum + (memory_used ?? 0), 0),
    );
  }

  /** One question serves all workers that ask within a second. */
  private devices(): Promise<readonly Device[]> {
    const now = performance.now();
    if (this.answer === null || now - this.answer.at > ADMISSION_FRESH_MS) {
      const devices = detectDevices({ env: { ...this.setup.env } }).then((found) => found.devices);
      this.answer = { at: now, devices };
    }
    return this.answer.devices;
  }
}
