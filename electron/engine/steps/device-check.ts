import { isOver } from '../../../shared/run/worker-state.ts';
import { MASK_ADVICE, NOT_ON_DEVICE, ON_DEVICE } from '../observe/component-lines.ts';
import type { StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';

/** When a worker is checked for on its device, counted from its start. A small model is there within seconds, a large one within minutes. */
const DEVICE_CHECKS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];

/**
 * Checks that workers really are on the devices they were given, because some programs ignore the mask.
 * A worker allocates only when its model loads, so it is checked for several times. If it is still not there, the validator log and the live state
 * report it.
 */
export class DeviceCheck {
  private readonly setup: StepSetup;
  private readonly workers: readonly Worker[];
  private readonly timers = new Set<NodeJS.Timeout>();
  /** The start of each rank that is being checked for or was found. */
  private readonly checked = new Map<number, number>();
  private readonly found = new Map<number, number>();

  constructor(setup: StepSetup, workers: readonly Worker[]) {
    this.setup = setup;
    this.workers = workers.filter(({ device }) => device.kind === 'nvidia' && device.uuid !== null);
  }

  /** Begins to check for workers that have started. Each start is checked for once. */
  watch(): void {
    for (const worker of this.workers) {
      const start = worker.record?.starts ?? 0;
      if (start === 0 || this.checked.get(worker.rank) === start) continue;
      this.checked.set(worker.rank, start);
      DEVICE_CHECKS_MS.forEach((after, index) =>
        this.checkAfter(worker, start, after, index === DEVICE_CHECKS_MS.length - 1),
      );
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private checkAfter(worker: Worker, start: number, after: number, last: boolean): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.check(worker, start, last);
    }, after);
    this.timers.add(timer);
  }

  private async check(worker: Worker, start: number, last: boolean): Promise<void> {
    if (this.found.get(worker.rank) === start || !isRunning(worker, start)) return;
    const used = await this.setup.host.devicesUsedBy(worker);
    if (used === null || !isRunning(worker, start)) return;
    if (used.includes(worker.device.uuid)) this.confirm(worker, start);
    else if (last || used.length > 0) this.warn(worker, used);
  }

  private confirm(worker: Worker, start: number): void {
    this.found.set(worker.rank, start);
    this.setup.live.state.setOnDevice(this.setup.state.step, worker.rank, true);
    worker.writeTo('validator', 'INFO', ON_DEVICE, { uuid: worker.device.uuid });
  }

  private warn(worker: Worker, uuids: readonly (string | null)[]): void {
    this.setup.live.state.setOnDevice(this.setup.state.step, worker.rank, false);
    const where = uuids.length === 0 ? 'it is on no device' : 'it is on another device';
    const text = `${NOT_ON_DEVICE}: ${where}`;
    const fields = { given: worker.device.uuid, found: uuids, advice: MASK_ADVICE };
    worker.writeTo('validator', 'WARNING', text, fields);
    this.setup.live.warn(worker.rank, `${text}; ${MASK_ADVICE}`);
  }
}

function isRunning(worker: Worker, start: number): boolean {
  const record = worker.record;
  return record !== undefined && record.starts === start && !isOver(record.state);
}
