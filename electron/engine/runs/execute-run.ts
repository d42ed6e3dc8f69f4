import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReconciliationResult } from '../../../shared/contract/records.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { StepState, WorkerRecord } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { workedSeconds } from '../../../shared/run/run-time.ts';
import { isOver } from '../../../shared/run/worker-state.ts';
import { LearnedSpeeds, speedTopic } from '../assignment/learned-speeds.ts';
import { removeFifos } from '../processes/fifo-folder.ts';
import { endStrays } from '../processes/worker-process.ts';
import { lostUsage } from '../records/metrics/lost-usage.ts';
import { runMetrics, writeMetrics } from '../records/metrics/metrics.ts';
import type { RunMetrics } from '../records/metrics/metrics-document.ts';
import { joinObservations, type Observations } from '../records/metrics/recorded-observations.ts';
import { reconcileRun } from '../records/reconcile/reconcile.ts';
import { buildSummary, writeSummary } from '../records/summary/summary.ts';
import { writeMetadata } from '../run-directory/metadata.ts';
import { workerLog } from '../run-directory/paths.ts';
import { DeviceMeter } from './device-meter.ts';
import { devicesOfRun, devicesOfStepNow } from './devices-of-run.ts';
import { executeStep } from './execute-step.ts';
import { guardOutputs } from './guard-outputs.ts';
import { holdDevices, waitForTurn } from './hold-devices.ts';
import { isAllDone } from './reset-failed.ts';
import type { RunSession } from './run-session.ts';

/**
 * Runs the steps of a run in order until it ends, then writes its records. Every step is judged before the next begins, and a stop
 * ends after the step under way.
 * @returns how the run ended; null when it was handed over to another engine
 */
export async function executeRun(session: RunSession): Promise<RunEndStatus | null> {
  const { metadata } = session.parts;
  if (!(await waitForTurn(session))) return session.isStopping ? end(session) : null;
  const guarded = await guardOutputs(session);
  if (!guarded.ok) return endWithProblem(session, guarded.error);
  const devices = await devicesOfRun(session);
  if (!devices.ok) return endWithProblem(session, devices.error);
  const held = await holdDevices(session, devices.value);
  if (!held.ok) return endWithProblem(session, held.error);
  if (held.value === 'called-off') return session.isStopping ? end(session) : null;
  session.meter = new DeviceMeter(devices.value, session.parts.env, (text) => session.log('WARNING', 'metrics', text));
  for (const index of metadata.definition.steps.keys()) {
    if (session.isLeaving) break;
    // Workers that an earlier engine left are ended by the step that they belong to.
    if (session.isStopping && !hasOpenWorkers(session.state.steps[index])) continue;
    const problem = await executeStep(session, index, await devicesOfStepNow(session, index, devices.value));
    if (problem !== null) return endWithProblem(session, problem);
    if (session.state.steps[index]?.status === 'failed') break;
  }
  if (session.isLeaving && !session.isStopping) return null;
  return end(session);
}

function hasOpenWorkers(step: StepState | undefined): boolean {
  return step?.workers.some(({ state }) => !isOver(state)) === true;
}

/** @param isCutShort whether steps were not checked again, though something of them is left to do */
async function end(session: RunSession, isCutShort = false): Promise<RunEndStatus> {
  await endForgottenWorkers(session);
  await session.parts.journal.synced();
  const outcome = session.outcome();
  const status = isCutShort && outcome.startsWith('completed') ? 'failed' : outcome;
  const seconds = workedSeconds(session.state, session.now());
  session.record({
    type: 'run-ended',
    status,
    items: totalCounts(session.state),
    ...(seconds === null ? {} : { seconds }),
  });
  await session.parts.journal.synced();
  // Nothing of the run computes any more: whoever waits for its devices need not wait for its records.
  session.leases.release();
  session.parts.runLog.write('INFO', `run ${status}`, { ...totalCounts(session.state) });
  await finishRun(session, status);
  return status;
}

/** Ends the run as failed, with the rest pending, because of something that no worker can mend. It is logged. */
async function endWithProblem(session: RunSession, found: Problem): Promise<RunEndStatus> {
  session.parts.runLog.write('ERROR', found.message, { reason: found.reason, advice: found.advice });
  await endOpenWorkers(session);
  let { message: reason }: { message?: string } = found;
  for (const { step, status } of session.state.steps) {
    // A step that was stopped under an earlier engine is not done either.
    if (status === 'completed' || status === 'completed-with-failures' || status === 'failed') continue;
    session.record({ type: 'step-ended', step, status: 'failed', ...(reason === undefined ? {} : { reason }) });
    reason = undefined;
  }
  // All may have been complete before inputs changed or outputs were removed: that was not done again.
  return end(session, !isAllDone(session.state, session.parts.directory));
}

/**
 * Writes the records of a run that has ended: metrics, metadata with status and times, the reconciliation, the summary, and the measured
 * speed of devices. They are written after the end is journaled, so that the run's state is known without waiting for them. A record that
 * cannot be written is reported. The journal is complete all the same, and the next resume writes the record.
 */
async function finishRun(session: RunSession, status: RunEndStatus): Promise<void> {
  const { directory, metadata } = session.parts;
  const { state } = session;
  const seen = { usage: session.meter?.usage() ?? [], problems: session.findings.problems() };
  const observations = joinObservations(await earlierObservations(session), seen);
  const metrics = runMetrics(state, new Date(), observations);
  const measured = await orSay(session, () => {
    writeMetrics(directory, metrics);
    return true;
  });
  const reconciliation = await reconcileAtEnd(session);
  await orSay(session, () => {
    const { problems } = observations;
    writeSummary(directory, buildSummary({ directory, status, state, metadata, metrics, problems, reconciliation }));
    // Last, because it says that all the others are there.
    if (measured === true)
      writeMetadata(directory, { ...metadata, status, started: state.started, ended: state.ended });
  });
  await learnSpeeds(session, metrics);
}

/** What earlier engines observed, whether or not they recorded it. */
async function earlierObservations(session: RunSession): Promise<Observations> {
  const { earlier, state, parts, begun } = session;
  if (state.interventions.length === 0) return earlier;
  const after = Date.parse(earlier.until ?? '1970-01-01T00:00:00Z');
  const steps = state.steps.map(({ step }) => step);
  const usage = await orSay(session, () => lostUsage(parts.directory, { steps, after, before: begun }));
  return joinObservations(earlier, { usage: usage ?? [], problems: [] });
}

/** Runs one part of a run's end. A failure must not prevent the other parts. */
async function orSay<T>(session: RunSession, write: () => T | Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    session.reportRecordTrouble(messageOf(error));
    return null;
  }
}

async function reconcileAtEnd(session: RunSession): Promise<ReconciliationResult | null> {
  const { directory, metadata, env, runLog } = session.parts;
  const { state, hurry: signal } = session;
  await session.digests.end();
  const result = await orSay(session, () => reconcileRun({ directory, metadata, state, when: 'end', env, signal }));
  if (result !== null && !result.agreed)
    runLog.write('WARNING', 'the reconciliation found differences', { differences: result.differences.length });
  return result;
}

async function learnSpeeds(session: RunSession, metrics: RunMetrics): Promise<void> {
  const { metadata, home, runLog } = session.parts;
  const { speeds } = await LearnedSpeeds.load(join(home, 'speeds.json'));
  for (const [index, step] of metadata.definition.steps.entries()) {
    const workers = session.state.steps[index]?.workers ?? [];
    const samples = workers.flatMap(({ device, worker }) => {
      const found = metrics.steps[index]?.workers.find((entry) => entry.worker === worker);
      return found === undefined ? [] : [{ device, cost: found.cost, busySeconds: found.item_seconds }];
    });
    const topic = speedTopic(metadata.pipeline, step, metadata.parameters);
    const warning = await speeds.learn(topic, samples);
    if (warning !== null) runLog.write('WARNING', warning);
  }
}

/**
 * Ends the workers that an earlier engine left in a run that cannot go on: nobody else would. Their items are pending again.
 */
async function endOpenWorkers(session: RunSession): Promise<void> {
  const open = session.state.steps.flatMap((step) =>
    step.workers.filter(({ state }) => !isOver(state)).map((worker) => ({ step, worker })),
  );
  await Promise.all(open.map(({ step, worker }) => endWorker(session, step, worker)));
}

/**
 * Ends processes that an earlier engine of this run started and that are missing in its journal, because their line was never complete. A
 * worker that starts ends those of its own rank; when the run is over, nobody else would.
 */
async function endForgottenWorkers({ parts, run, state }: RunSession): Promise<void> {
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
