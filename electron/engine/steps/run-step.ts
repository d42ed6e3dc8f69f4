import type { ItemState } from '../../../shared/items/item.ts';
import { failure } from '../../../shared/run/failure.ts';
import type { Report } from '../../../shared/run/report.ts';
import { isOver, liveProcess, type ProcessIdentity, type StopCause } from '../../../shared/run/worker-state.ts';
import { readStartRecord } from '../processes/process-record.ts';
import { isOfHere } from '../processes/process-table.ts';
import { processRecordFile } from '../run-directory/paths.ts';
import { DeviceCheck } from './device-check.ts';
import { dispatchEach } from './each-dispatch.ts';
import { dispatchList } from './list-dispatch.ts';
import { PauseNote } from './pause-note.ts';
import { dispatchQueue } from './queue-dispatch.ts';
import { ReportDesk } from './report-desk.ts';
import { StepRun } from './step-run.ts';
import type { StepSetup } from './step-setup.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerSlot } from './worker-slot.ts';

/** A step under way. */
export interface RunningStep {
  /** Resolves when every item has its final state, or the step was stopped, or no worker can go on, or it was left. */
  readonly done: Promise<StepEnd>;
  stop(cause: StopCause, graceMs: number): void;
  /**
   * Lets go of the step without ending its workers, which another engine can then adopt; `done` resolves and nothing is journaled any more.
   * @returns false when that is not possible now
   */
  leave(): Promise<boolean>;
}

/** How the work of this engine on a step ended: over, with the reason when no worker was left, or left to another engine. */
type StepEnd = { kind: 'over'; reason: string | null } | { kind: 'left' };

/**
 * Runs a step whose items are journaled: adopts workers of an earlier engine, starts the others, hands out, judges.
 * @param speeds one per rank, 1 on average
 */
export function startStep(setup: StepSetup, speeds: readonly number[]): RunningStep {
  const run = new StepRun(setup);
  const desk = new ReportDesk(run);
  const slots = setup.devices.map((device, rank) => openSlot(run, desk, rank, device));
  adoptOpenWorkers(run, slots, desk);
  const left = new Promise<StepEnd>((resolve) => {
    run.leaveTaking.endWith(() => resolve({ kind: 'left' }));
  });
  const over = runSlots(run, slots, desk, speeds).then((reason): StepEnd => ({ kind: 'over', reason }));
  return {
    done: Promise.race([over, left]),
    leave: () => run.leave(slots),
    stop: (cause, graceMs) => run.stop(slots, cause, graceMs),
  };
}

async function runSlots(
  run: StepRun,
  slots: WorkerSlot[],
  desk: ReportDesk,
  speeds: readonly number[],
): Promise<string | null> {
  const pool = new WorkerPool(run, slots);
  const pause = new PauseNote(run);
  const check = new DeviceCheck(run.setup, slots);
  const forget = run.onChange(() => check.watch());
  run.leaveTaking.endWith(() => {
    check.stop();
    pause.close();
    pool.close();
  });
  check.watch();
  try {
    await endForgotten(run, slots);
    await dispatch(run, { slots, desk, pool }, speeds);
    return run.exhausted;
  } finally {
    forget();
    check.stop();
    pause.close();
    pool.close();
    // After an error workers may still be ending.
    await Promise.all(slots.flatMap(({ process }) => process?.ended ?? []));
    for (const slot of slots) slot.close();
  }
}

/** An engine that takes over would start its workers meanwhile, so nobody leaves before this is done. */
async function endForgotten(run: StepRun, slots: readonly WorkerSlot[]): Promise<void> {
  const ended = Promise.all(slots.map((slot) => slot.endForgotten()));
  run.leaveTaking.track(ended.then(() => null));
  await ended;
}

interface Workers {
  slots: WorkerSlot[];
  desk: ReportDesk;
  pool: WorkerPool;
}

async function dispatch(run: StepRun, { slots, desk, pool }: Workers, speeds: readonly number[]): Promise<void> {
  switch (run.setup.definition.dispatch) {
    case 'queue':
      return dispatchQueue(run, slots, desk, pool);
    case 'list':
      return dispatchList(run, slots, { desk, pool, speeds });
    case 'each':
      return dispatchEach(run, slots, desk, pool);
  }
}

function openSlot(run: StepRun, desk: ReportDesk, rank: number, device: StepSetup['devices'][number]): WorkerSlot {
  const held = Array.from(run.setup.state.workers[rank]?.holding ?? [], (index) => run.items.get(index));
  const slot: WorkerSlot = new WorkerSlot(run.setup, rank, device, firstReport(held), {
    onReport: (report: Report, behind: number) => desk.receive(slot, report, behind),
    onGarbage: (line: string) => desk.garbage(slot, line),
  });
  return slot;
}

/** Reports of what a worker held when the engine before us died may stand in the file unread. */
function firstReport(held: readonly ItemState[]): number | null {
  return held.length === 0
    ? null
    : held.reduce((least, { report_offset }) => Math.min(least, report_offset), Number.MAX_SAFE_INTEGER);
}

/**
 * Takes up the workers that an earlier engine left: those of this boot are adopted, also when they have ended meanwhile, as their exit
 * status and reports are there to be read. What cannot be adopted is lost, and what it held is pending again.
 */
function adoptOpenWorkers(run: StepRun, slots: readonly WorkerSlot[], desk: ReportDesk): void {
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
