import { join } from 'node:path';
import type { RunEndStatus } from '../../../shared/run-events.ts';
import { LearnedSpeeds } from '../assignment/learned-speeds.ts';
import { writeMetadata } from '../records/metadata.ts';
import { runMetrics, writeMetrics } from '../records/metrics.ts';
import type { RunMetrics } from '../records/metrics-document.ts';
import { buildSummary, writeSummary } from '../records/summary.ts';
import type { RunSession } from './run-session.ts';

/**
 * Writes what a run leaves behind when it has ended: metrics, metadata with status and times, the summary, and what was learned about
 * the speed of devices. A record that cannot be written is said in the run's log; the journal has everything all the same.
 */
export async function finishRun(session: RunSession, status: RunEndStatus): Promise<void> {
  const { directory, metadata, runLog } = session.parts;
  const { state } = session;
  const metrics = runMetrics(state, new Date(), session.meter?.usage() ?? []);
  try {
    writeMetrics(directory, metrics);
    writeMetadata(directory, { ...metadata, status, started: state.started, ended: state.ended });
    const problems = [...session.problems.values()];
    writeSummary(
      directory,
      buildSummary({ directory, status, state, metadata, metrics, problems, reconciliation: null }),
    );
  } catch (error) {
    runLog.write('ERROR', 'a record could not be written', {
      error: error instanceof Error ? error.message : String(error),
    });
  }
  await learnSpeeds(session, metrics);
}

async function learnSpeeds(session: RunSession, metrics: RunMetrics): Promise<void> {
  const { metadata, home, runLog } = session.parts;
  const { speeds } = await LearnedSpeeds.load(join(home, 'speeds.json'));
  for (const [index, step] of metadata.definition.steps.entries()) {
    const workers = session.state.steps[index]?.workers ?? [];
    const samples = workers.flatMap(({ device, worker }) => {
      const found = metrics.steps[index]?.workers.find((entry) => entry.worker === worker);
      return found === undefined ? [] : [{ device, cost: found.cost, busySeconds: found.busy_seconds }];
    });
    const topic = { pipeline: metadata.pipeline, step: step.name, estimator: step.cost };
    const warning = await speeds.learn(topic, samples);
    if (warning !== null) runLog.write('WARNING', warning);
  }
}
