import { failure } from '../../../shared/run/failure.ts';
import { isOver, liveProcess, type ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { readStartRecord } from '../processes/process-record.ts';
import { isOfHere } from '../processes/process-table.ts';
import { processRecordFile } from '../run-directory/paths.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import type { ReportDesk } from './report-desk.ts';
import type { StepRun } from './step-run.ts';

/**
 * Takes up the workers that an earlier engine left: those of this boot are adopted, also when they have ended meanwhile, as their exit
 * status and reports are there to be read. What cannot be adopted is lost, and what it held is pending again.
 */
export function adoptOpenWorkers(run: StepRun, slots: readonly WorkerSlot[], desk: ReportDesk): void {
  for (const slot of slots) {
    const record = slot.record;
    if (record === undefined) continue;
    if (isOver(record.state)) {
      takeBack(run, slot, desk, 'the worker was not started yet');
      continue;
    }
    const identity = liveProcess(record.state) ?? recordedIdentity(run, slot);
    if (identity !== null && isOfHere(run.setup.table, identity)) slot.adopt(identity);
    else giveUp(run, slot, desk);
  }
}

function recordedIdentity(run: StepRun, slot: WorkerSlot): ProcessIdentity | null {
  const path = processRecordFile(run.setup.directory, run.step, slot.worker);
  return readStartRecord(path, slot.record?.starts ?? 0).process;
}

function giveUp(run: StepRun, slot: WorkerSlot, desk: ReportDesk): void {
  const end = { exit_code: null, signal: null, leftovers: 0, unread: false };
  takeBack(run, slot, desk, 'the machine or the container was restarted, or the worker never started');
  slot.recordEnd(end, failure('lost', 'the machine or the container was restarted, or the worker never started'));
}

/** What the worker has reported counts, and would be taken for a word about the next attempt if it were read later. The rest is pending again. */
function takeBack(run: StepRun, slot: WorkerSlot, desk: ReportDesk, reason: string): void {
  desk.actOn({
    onStarted: () => undefined,
    onFinal: (_, item, report) => {
      const seconds = report.seconds ?? 0;
      if (report.status === 'complete') run.items.succeed(slot, item, seconds, report);
      else run.items.fail(slot, item, seconds, desk.failureOf(slot, item, report));
    },
  });
  slot.reports.read();
  desk.actOn(null);
  run.items.release(slot, run.items.heldBy(slot), reason);
}
