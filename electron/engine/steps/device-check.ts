import { isOver } from '../../../shared/run/worker-state.ts';
import { processesOnDevices } from '../devices/nvidia-smi.ts';
import { MASK_ADVICE, NOT_ON_DEVICE, ON_DEVICE } from '../observe/component-lines.ts';
import { sharedLook } from '../processes/this-process-table.ts';
import type { StepSetup } from './step-setup.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** When after its start a worker is looked for on its device: a small model is there within seconds, a large one within minutes. */
const DEVICE_LOOKS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];

/**
 * Checks that workers really are on the devices they were given: programs exist that ignore the mask. A worker allocates only when its
 * model loads, so it is looked for several times; when it is still not there, the validator log and the live board say so.
 */
export class DeviceCheck {
  private readonly setup: StepSetup;
  private readonly slots: readonly WorkerSlot[];
  private readonly timers = new Set<NodeJS.Timeout>();
  /** By rank the start that is being looked for or was found. */
  private readonly looked = new Map<number, number>();
  private readonly found = new Map<number, number>();

  constructor(setup: StepSetup, slots: readonly WorkerSlot[]) {
    this.setup = setup;
    this.slots = slots.filter(({ device }) => device.kind === 'nvidia' && device.uuid !== null);
  }

  /** Called when workers have started; each start is looked for once. */
  watch(): void {
    for (const slot of this.slots) {
      const start = slot.record?.starts ?? 0;
      if (start === 0 || this.looked.get(slot.rank) === start) continue;
      this.looked.set(slot.rank, start);
      DEVICE_LOOKS_MS.forEach((after, index) =>
        this.lookAfter(slot, start, after, index === DEVICE_LOOKS_MS.length - 1),
      );
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private lookAfter(slot: WorkerSlot, start: number, after: number, last: boolean): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.look(slot, start, last);
    }, after);
    this.timers.add(timer);
  }

  private async look(slot: WorkerSlot, start: number, last: boolean): Promise<void> {
    if (this.found.get(slot.rank) === start || !isRunning(slot, start)) return;
    const { known, processes } = await processesOnDevices({ ...this.setup.env });
    const members = new Set(slot.members(await sharedLook(this.setup.table)));
    if (!known || !isRunning(slot, start)) return;
    const mine = processes.filter(({ pid }) => members.has(pid));
    if (mine.some(({ uuid }) => uuid === slot.device.uuid)) this.confirm(slot, start);
    else if (last || mine.length > 0)
      this.warn(
        slot,
        mine.map(({ uuid }) => uuid),
      );
  }

  private confirm(slot: WorkerSlot, start: number): void {
    this.found.set(slot.rank, start);
    this.setup.board.setOnDevice(this.setup.state.step, slot.rank, true);
    this.setup.logs.validator.write('INFO', ON_DEVICE, { uuid: slot.device.uuid }, slot);
  }

  private warn(slot: WorkerSlot, uuids: readonly (string | null)[]): void {
    this.setup.board.setOnDevice(this.setup.state.step, slot.rank, false);
    const where = uuids.length === 0 ? 'it is on no device' : 'it is on another device';
    const text = `${NOT_ON_DEVICE}: ${where}`;
    const fields = { given: slot.device.uuid, found: uuids, advice: MASK_ADVICE };
    this.setup.logs.validator.write('WARNING', text, fields, slot);
    this.setup.complain(slot.rank, `${text}; ${MASK_ADVICE}`);
  }
}

function isRunning(slot: WorkerSlot, start: number): boolean {
  const record = slot.record;
  return record !== undefined && record.starts === start && !isOver(record.state);
}
