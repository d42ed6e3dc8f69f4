import type { Problem } from '../../../shared/problem.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { workedSeconds } from '../../../shared/run/run-time.ts';
import { isOver } from '../../../shared/run/worker-state.ts';
import { conductStep } from './conduct-step.ts';
import { DeviceMeter } from './device-meter.ts';
import { devicesOfRun, devicesOfStepNow } from './devices-of-run.ts';
import { endForgottenWorkers, endOpenWorkers } from './end-open-workers.ts';
import { finishRun } from './finish-run.ts';
import { guardOutputs } from './guard-outputs.ts';
import { isAllDone } from './is-finished.ts';
import type { RunSession } from './run-session.ts';

/**
 * Runs the steps of a run in order until it ends, then writes its records. Every step is judged before the next begins, and a stop
 * ends after the step under way.
 * @returns how the run ended; null when it was left to another engine
 */
export async function conductRun(session: RunSession): Promise<RunEndStatus | null> {
  const { metadata } = session.parts;
  const guarded = await guardOutputs(session);
  if (!guarded.ok) return endWithProblem(session, guarded.error);
  const devices = await devicesOfRun(session);
  if (!devices.ok) return endWithProblem(session, devices.error);
  session.meter = new DeviceMeter(devices.value, session.parts.env, (text) => session.say('WARNING', 'metrics', text));
  for (const index of metadata.definition.steps.keys()) {
    if (session.isLeaving) break;
    // Workers that an earlier engine left are ended by the step that they belong to.
    if (session.isStopping && !hasOpenWorkers(session.state.steps[index])) continue;
    const problem = await conductStep(session, index, await devicesOfStepNow(session, index, devices.value));
    if (problem !== null) return endWithProblem(session, problem);
    if (session.state.steps[index]?.status === 'failed') break;
  }
  if (session.isLeaving && !session.isStopping) return null;
  return end(session);
}

function hasOpenWorkers(step: StepState | undefined): boolean {
  return step?.workers.some(({ state }) => !isOver(state)) === true;
}

/** @param isCutShort steps were not looked at again, and something of them is left to do */
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
  session.parts.runLog.write('INFO', `run ${status}`, { ...totalCounts(session.state) });
  await finishRun(session, status);
  return status;
}

/** Something that no worker can mend: said in the log, and the run ends as failed with what is left pending. */
async function endWithProblem(session: RunSession, found: Problem): Promise<RunEndStatus> {
  session.parts.runLog.write('ERROR', found.message, { reason: found.reason, advice: found.advice });
  await endOpenWorkers(session);
  let { message: reason }: { message?: string } = found;
  for (const { step, status } of session.state.steps) {
    // One that was stopped under an earlier engine is as little done.
    if (status === 'completed' || status === 'completed-with-failures' || status === 'failed') continue;
    session.record({ type: 'step-ended', step, status: 'failed', ...(reason === undefined ? {} : { reason }) });
    reason = undefined;
  }
  // All may have been complete, and inputs have changed since or outputs are gone: that was not done again.
  return end(session, !isAllDone(session.state, session.parts.directory));
}
