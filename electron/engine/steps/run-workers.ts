import type { ItemState } from '../../../shared/run-state.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import type { FinalReport, ReportDesk } from './report-desk.ts';
import { runTogether } from './run-together.ts';
import type { StepRun } from './step-run.ts';

/** One rank whose worker has several items and says how each goes. */
interface ReportingWorker {
  /** Lives until the step is over. */
  live(): Promise<void>;
  onStarted(item: ItemState): void;
  onFinal(item: ItemState, report: FinalReport): void;
}

/** Lets all ranks of a step live together; each hears what its worker reports. */
export async function runWorkers(
  run: StepRun,
  slots: readonly WorkerSlot[],
  desk: ReportDesk,
  make: (slot: WorkerSlot) => ReportingWorker,
): Promise<void> {
  const workers = new Map(slots.map((slot) => [slot.rank, make(slot)]));
  desk.actOn({
    onStarted: (slot, item) => workers.get(slot.rank)?.onStarted(item),
    onFinal: (slot, item, report) => workers.get(slot.rank)?.onFinal(item, report),
  });
  await runTogether(
    [...workers.values()].map((worker) => worker.live()),
    () => run.abandon(slots),
  );
}
