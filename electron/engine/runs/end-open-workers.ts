import { statSync } from 'node:fs';
import type { StepState, WorkerRecord } from '../../../shared/run/run-model.ts';
import { isOver } from '../../../shared/run/worker-state.ts';
import { removeFifos } from '../processes/fifo-folder.ts';
import { endStrays } from '../processes/worker-process.ts';
import { workerLog } from '../run-directory/paths.ts';
import type { RunSession } from './run-session.ts';

/**
 * Ends the workers that an earlier engine left in a run that cannot go on: nobody else would. What they held is pending again.
 */
export async function endOpenWorkers(session: RunSession): Promise<void> {
  const open = session.state.steps.flatMap((step) =>
    step.workers.filter(({ state }) => !isOver(state)).map((worker) => ({ step, worker })),
  );
  await Promise.all(open.map(({ step, worker }) => endWorker(session, step, worker)));
}

/**
 * Ends what an earlier engine of this run has started and its journal has forgotten, as the line that tells of it was never whole. A worker that
 * starts does so for its own rank; when the run is over instead, nobody else would.
 */
export async function endForgottenWorkers({ parts, run, state }: RunSession): Promise<void> {
  const hadEarlierEngine = state.interventions.length > 0;
  if (!hadEarlierEngine) return;
  const ended = await endStrays(parts.table, { pgid: null, run, step: null, rank: null }, parts.stopGraceMs);
  removeFifos(parts.env, run, null);
  if (ended > 0) parts.runLog.write('WARNING', 'processes that no record tells of were ended', { processes: ended });
}

async function endWorker(session: RunSession, { step, dispatch }: StepState, worker: WorkerRecord): Promise<void> {
  const { parts, run } = session;
  const { rank, holding } = worker;
  await endStrays(parts.table, { pgid: null, run, step, rank }, parts.stopGraceMs);
  if (dispatch === 'queue') removeFifos(parts.env, run, { step, rank });
  if (holding.length > 0)
    session.record({ type: 'items-released', step, items: [...holding], reason: 'the run could not go on' });
  session.record({
    type: 'worker-ended',
    step,
    rank,
    outcome: 'stopped',
    exit_code: null,
    signal: null,
    failure: null,
    log_offset: statSync(workerLog(parts.directory, step, rank), { throwIfNoEntry: false })?.size ?? 0,
  });
}
