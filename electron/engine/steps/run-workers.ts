import type { ItemState } from '../../../shared/items/item.ts';
import type { FinalReport, HeardReport, ReportDesk } from './report-desk.ts';
import type { StepRun } from './step-run.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** One rank whose worker has several items and says how each goes. */
interface ReportingWorker {
  /** Lives until the step is over. */
  live(): Promise<void>;
  onStarted(item: ItemState, heard: HeardReport): void;
  onFinal(item: ItemState, report: FinalReport, behind: number): void;
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
    onStarted: (slot, item, heard) => workers.get(slot.rank)?.onStarted(item, heard),
    onFinal: (slot, item, report, behind) => workers.get(slot.rank)?.onFinal(item, report, behind),
  });
  await runTogether(
    [...workers.values()].map((worker) => worker.live()),
    () => run.abandon(slots),
  );
}

/**
 * Waits for all parts of a step. When one throws (a bug, or a disk that fails) the others are told to end and waited for, so that no worker
 * goes on without an owner; then the first error is thrown.
 */
export async function runTogether(parts: readonly Promise<void>[], onFailure: () => void): Promise<void> {
  const watched = parts.map((part) =>
    part.catch((error: unknown) => {
      onFailure();
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(watched)).find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
