import { join } from 'node:path';
import type { ReconciliationResult } from '../../../shared/contract/records.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import { LearnedSpeeds, speedTopic } from '../assignment/learned-speeds.ts';
import { lostUsage } from '../records/metrics/lost-usage.ts';
import { runMetrics, writeMetrics } from '../records/metrics/metrics.ts';
import type { RunMetrics } from '../records/metrics/metrics-document.ts';
import { joinObservations, type Observations } from '../records/metrics/recorded-observations.ts';
import { reconcileRun } from '../records/reconcile/reconcile.ts';
import { buildSummary, writeSummary } from '../records/summary/summary.ts';
import { writeMetadata } from '../run-directory/metadata.ts';
import type { RunSession } from './run-session.ts';

/**
 * Writes what a run leaves behind when it has ended: metrics, metadata with status and times, whether everything agrees, the summary, and
 * what was learned about the speed of devices. All of it comes after the end is journaled, so nobody who asks for the run's state waits
 * for it. A record that cannot be written is told; the journal has everything all the same, and the next resume writes it.
 */
export async function finishRun(session: RunSession, status: RunEndStatus): Promise<void> {
  const { directory, metadata } = session.parts;
  const { state } = session;
  const seen = { usage: session.meter?.usage() ?? [], problems: [...session.problems.values()] };
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
    // Last, as it says that all the others are there.
    if (measured === true)
      writeMetadata(directory, { ...metadata, status, started: state.started, ended: state.ended });
  });
  await learnSpeeds(session, metrics);
}

/** What earlier engines saw: what they wrote down, and what they did not come to write down. */
async function earlierObservations(session: RunSession): Promise<Observations> {
  const { earlier, state, parts, begun } = session;
  if (state.interventions.length === 0) return earlier;
  const after = Date.parse(earlier.until ?? '1970-01-01T00:00:00Z');
  const steps = state.steps.map(({ step }) => step);
  const usage = await orSay(session, () => lostUsage(parts.directory, { steps, after, before: begun }));
  return joinObservations(earlier, { usage: usage ?? [], problems: [] });
}

/** Nothing of a run's end may keep the rest of it from being done. */
async function orSay<T>(session: RunSession, write: () => T | Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    session.sayRecordTrouble(error instanceof Error ? error.message : String(error));
    return null;
  }
}

async function reconcileAtEnd(session: RunSession): Promise<ReconciliationResult | null> {
  const { directory, metadata, env, runLog } = session.parts;
  const { state, hurry: signal } = session;
  await session.digests.end();
  const result = await orSay(session, () => reconcileRun({ directory, metadata, state, when: 'end', env, signal }));
  if (result !== null && !result.agreed) {
    runLog.write('WARNING', 'the reconciliation found differences', { differences: result.differences.length });
  }
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
