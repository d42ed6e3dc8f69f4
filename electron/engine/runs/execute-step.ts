import { join } from 'node:path';
import { type Device, type DeviceRef, deviceRef } from '../../../shared/device.ts';
import type { Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { stepUse } from '../../../shared/run/step-times.ts';
import { sumUsage } from '../../../shared/run/tokens.ts';
import { isOver } from '../../../shared/run/worker-state.ts';
import { LearnedSpeeds, speedTopic } from '../assignment/learned-speeds.ts';
import { devicesLeftOut, devicesOfRanks } from '../devices/step-places.ts';
import { DiskWatch } from '../disk/disk-watch.ts';
import { LocalHost, type LocalStep } from '../hosts/local-host.ts';
import { checkPendingOutputs } from '../outputs/check-own-outputs.ts';
import { makeOutputFolder } from '../outputs/output-folder.ts';
import { usesPython } from '../pipelines/find-python.ts';
import { reportFile, workerLog } from '../run-directory/paths.ts';
import { isWsl } from '../steps/memory-ladder.ts';
import { startStep } from '../steps/start-step.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import { resumedRun } from './guard-outputs.ts';
import { closeStepLogs, openStepLogs } from './run-logs.ts';
import type { RunSession } from './run-session.ts';
import { bringItemsUpToDate, pythonOf, stepOutput } from './step-items.ts';

/**
 * Runs one step to its end: finds its files, journals what is new or changed, starts workers for what is not complete.
 * @param index counted from 0
 * @returns null when it was run or handed over to another engine (its state says how it went), or why it could not be run
 */
export async function executeStep(
  session: RunSession,
  index: number,
  available: readonly Device[],
): Promise<Problem | null> {
  const step = session.parts.metadata.definition.steps[index];
  const state = session.state.steps[index];
  if (step === undefined || state === undefined) throw new Error(`There is no step ${index + 1}`);
  const items = await bringItemsUpToDate(session, index, step, state);
  if (!items.ok) return items.error;
  if (session.isLeaving) return null;
  if (state.counts.pending + state.counts.running === 0 && state.workers.every((worker) => isOver(worker.state))) {
    if (state.status === 'running') await countRest(session, state);
    settle(session, state);
    return null;
  }
  const ranks = devicesOfRanks(step, available);
  // The memory may be held by workers that an earlier engine left: the run goes on with them.
  if (!ranks.ok && state.workers.every((worker) => isOver(worker.state))) return ranks.error;
  const clear =
    index === lastStep(session) && !session.parts.overwrite
      ? checkPendingOutputs(resumedRun(session))
      : ok(new Set<string>());
  if (!clear.ok) return clear.error;
  const outputDir = stepOutput(session, index);
  const folder = await makeOutputFolder(outputDir);
  if (!folder.ok) return folder.error;
  const { directory, keepFree } = session.parts;
  const disks = await DiskWatch.start({ folders: [directory, outputDir], keepFree });
  const devices = keepAdopted(state, ranks.ok ? ranks.value : []);
  const places = { devices, outputDir, disks, unclaimed: clear.value };
  const setup = prepareSetup(session, step, state, places);
  try {
    if (setup.ok) await runStep(session, setup.value, devicesLeftOut(step, available));
    return setup.ok ? null : setup.error;
  } finally {
    disks.stop();
  }
}

function lastStep(session: RunSession): number {
  return session.parts.metadata.definition.steps.length - 1;
}

/** @param leftOut sentences about devices that the step does without */
async function runStep(session: RunSession, setup: StepSetup, leftOut: readonly string[]): Promise<void> {
  const { state, definition } = setup;
  session.record({ type: 'step-started', step: state.step, devices: [...setup.devices] });
  const { pipeline, parameters } = session.parts.metadata;
  const topic = speedTopic(pipeline, definition, parameters);
  const { speeds } = await LearnedSpeeds.load(join(session.parts.home, 'speeds.json'));
  const assigned = { items: state.counts.pending, workers: setup.devices.length, dispatch: definition.dispatch };
  setup.logs.orchestrator.write('INFO', 'step started', assigned);
  session.stepLogs = setup.logs;
  for (const text of leftOut) session.warn(text);
  if (session.meter !== null) session.meter.log = setup.logs.metrics;
  const running = startStep(setup, speeds.speedsFor(topic, setup.devices).speeds);
  session.enterStep(running);
  const end = await running.done;
  session.exitStep();
  if (end.kind === 'over') await endStep(session, setup, end.reason);
  if (session.meter !== null) session.meter.log = null;
  session.stepLogs = null;
  await closeStepLogs(setup.logs);
}

async function endStep(session: RunSession, setup: StepSetup, reason: string | null): Promise<void> {
  const { state } = setup;
  await session.scan.finishStep(state.step);
  session.checkLogs();
  await session.parts.journal.synced();
  if (reason !== null) reportExhausted(session, setup, reason);
  settle(session, state, reason);
  logEnd(setup);
}

/** Writes the last entry of each log of the step: how it ended, its totals, whether its declared outputs are there. */
function logEnd({ logs, state }: StepSetup): void {
  logs.orchestrator.write('INFO', `step ${state.status}`, { ...state.counts });
  const { makespan, share, load, imbalance, waiting } = stepUse(state, Date.now());
  const { tokens, requests, counters } = sumUsage(state.workers);
  const use = { share_of_ideal: share, load, imbalance, waiting };
  logs.metrics.write('INFO', 'step totals', { seconds: makespan, ...use, ...tokens, requests, ...counters });
  const { complete, failed, skipped, pending } = state.counts;
  let outputs = 0;
  for (let item = 0; item < state.items.length; item += 1) outputs += state.items.outputCount(item);
  const level = failed + pending > 0 ? 'WARNING' : 'INFO';
  logs.validator.write(level, 'items checked', { complete, failed, skipped, pending, outputs });
  logs.adapter.write('INFO', 'processes ended', { starts: state.workers.reduce((sum, { starts }) => sum + starts, 0) });
}

/** The engine that ran the step died before it had counted what the last workers printed. */
async function countRest(session: RunSession, { step, workers }: StepState): Promise<void> {
  const { directory } = session.parts;
  for (const { rank } of workers) {
    const paths = { log: workerLog(directory, step, rank), reports: reportFile(directory, step, rank) };
    session.scan.watch({ step, rank }, paths);
  }
  await session.scan.finishStep(step);
}

/** Journals the status of a step that nobody works on any more. */
function settle(session: RunSession, state: StepState, reason: string | null = null): void {
  const status = statusOf(session, state);
  if (state.status === status) return;
  session.record({ type: 'step-ended', step: state.step, status, ...(reason === null ? {} : { reason }) });
}

/** Reports that no worker is left: the step cannot go on, and pending items wait for a resume. */
function reportExhausted(session: RunSession, { state, definition, logs }: StepSetup, reason: string): void {
  const advice = 'Mend what the workers failed from, then resume the run: what is complete is kept.';
  logs.orchestrator.write('ERROR', reason, { advice });
  session.parts.runLog.write('ERROR', `step ${state.step} (${definition.name}) cannot go on: ${reason}`, { advice });
}

/** Names of the parameters that have to stay whole numbers. */
function integersOf(parameters: Pipeline['parameters']): ReadonlySet<string> {
  return new Set(Object.keys(parameters).filter((name) => parameters[name]?.type === 'integer'));
}

function statusOf(session: RunSession, { counts }: StepState): RunEndStatus {
  if (counts.pending + counts.running > 0) return session.isStopping ? 'stopped' : 'failed';
  if (counts.failed === 0) return 'completed';
  return counts.complete === 0 ? 'failed' : 'completed-with-failures';
}

/** A worker of an earlier engine keeps its rank and its device; there may be more of them than devices now. */
function keepAdopted(state: StepState, ranks: readonly Device[]): DeviceRef[] {
  const refs = ranks.map(deviceRef);
  for (const worker of state.workers) {
    const isOpen =
      worker.state.status === 'running' || worker.state.status === 'stopping' || worker.state.status === 'starting';
    if (isOpen || worker.rank >= refs.length) refs[worker.rank] = worker.device;
  }
  return refs;
}

/** The place of a step: its devices, its output folder, and what is known of both. */
interface StepPlaces {
  /** One per rank. */
  devices: DeviceRef[];
  /** Absolute. */
  outputDir: string;
  disks: DiskWatch;
  /** Files at the places of outputs that no known run has made. */
  unclaimed: ReadonlySet<string>;
}

function prepareSetup(
  session: RunSession,
  definition: Step,
  state: StepState,
  { devices, outputDir, disks, unclaimed }: StepPlaces,
): Result<StepSetup, Problem> {
  const { run, parts } = session;
  const { directory, metadata, runtime } = parts;
  const { step } = state;
  const python = pythonOf(session);
  if (python === null && usesPython({ steps: [definition] })) return err(noPython(definition));
  return ok({
    run,
    directory,
    state,
    definition,
    record: (body) => session.record(body),
    host: localHost(session, definition, { step, outputDir, worldSize: devices.length }),
    devices,
    values: {
      outputDir,
      runDirectory: directory,
      pipelineDir: metadata.pipeline_dir,
      resources: runtime.resources,
      python,
      node: runtime.node,
      parameters: metadata.parameters,
    },
    integers: integersOf(metadata.definition.parameters),
    mayLowerParameters: !isWsl(parts.workerEnv),
    outputs: { checkedAt: session.begun, unclaimed },
    stopGraceMs: parts.stopGraceMs,
    restartPauseMs: parts.restartPauseMs,
    disks,
    logs: openStepLogs(directory, run, step),
    runLog: parts.runLog,
    live: {
      state: session.findings.state,
      warn: (rank, text) => session.warnAboutWorker({ step, rank }, text),
      scan: (rank, log) => session.scan.watch({ step, rank }, { log, reports: reportFile(directory, step, rank) }),
    },
  });
}

/** This machine as the place where a step's workers run. */
function localHost(
  session: RunSession,
  definition: Step,
  { step, outputDir, worldSize }: Pick<LocalStep, 'step' | 'outputDir' | 'worldSize'>,
): LocalHost {
  const { run, parts, helper, machine, meter } = session;
  const { directory, runtime, table, workerEnv: env, stopGraceMs } = parts;
  const place = { run, step, directory, outputDir, definition, worldSize };
  return new LocalHost({ ...place, runtime, table, helper, env, stopGraceMs, machine, devices: meter });
}

function noPython(step: Step): Problem {
  return problem(
    'command-not-found',
    `Step "${step.name}" needs Python, and no interpreter was found.`,
    'Install Python, activate its environment, or name it in DROVER_PYTHON.',
  );
}
