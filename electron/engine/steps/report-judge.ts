import type { ItemState } from '../../../shared/items/item.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import type { FinalReport, ReportDesk } from './report-desk.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Acts on what a worker of many items says about them, and knows whether its present start has borne fruit. */
export class ReportJudge {
  /** Whether an item was begun or finished in this start. */
  isFruitful = false;
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly desk: ReportDesk;
  private readonly pool: WorkerPool;

  constructor(run: StepRun, slot: WorkerSlot, desk: ReportDesk, pool: WorkerPool) {
    this.run = run;
    this.slot = slot;
    this.desk = desk;
    this.pool = pool;
  }

  /** The worker is started anew, or adopted: it has shown nothing yet. */
  beginStart(): void {
    this.isFruitful = false;
  }

  /** An item was begun or finished: the start was not in vain. */
  bearFruit(): void {
    this.isFruitful = true;
    this.pool.bearsFruit(this.slot);
  }

  /**
   * Whether a worker's final word stands. What it says of a failure once it has been asked to end is mostly the end itself; the item is judged
   * when the process is gone. What it has finished all the same is finished.
   */
  believes(item: ItemState, report: FinalReport): boolean {
    if (this.slot.stopCause === null) return true;
    return report.status === 'complete' && this.run.items.areThere(item, report);
  }

  /**
   * The worker's final word about an item. One that cannot do better with what comes next is replaced: its context is broken, or it has its
   * parameters from its start.
   */
  onFinal(item: ItemState, seconds: number, report: FinalReport): void {
    const { run, slot } = this;
    this.bearFruit();
    if (report.status === 'complete') {
      run.items.succeed(slot, item, seconds, report);
      this.pool.completed(slot);
      return;
    }
    const why = this.desk.failureOf(slot, item, report);
    if (run.items.fail(slot, item, seconds, why)) slot.stop('replaced', run.setup.stopGraceMs, why);
  }
}
