import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, deviceRef } from '../../../shared/device.ts';
import type { Step } from '../../../shared/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunEndStatus } from '../../../shared/run-events.ts';
import type { StepState } from '../../../shared/run-state.ts';
import { isOver } from '../../../shared/worker-state.ts';
import { LearnedSpeeds } from '../assignment/learned-speeds.ts';
import { estimateCosts } from '../cost/estimate-costs.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { expandCostCommand } from '../pipelines/expand-step.ts';
import { findPython, usesPython } from '../pipelines/find-python.ts';
import { findOutputCollisions } from '../pipelines/output-collisions.ts';
import { makeOutputFolder } from '../pipelines/output-folder.ts';
import { findStepFiles, type StepFile } from '../steps/find-step-files.ts';
import { itemEvents, planItems } from '../steps/prepare-items.ts';
import { startStep } from '../steps/run-step.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import { inheritedEnvironment } from '../workers/worker-environment.ts';
import { makeNameLister } from './name-lister.ts';
import { stepOutputFolder } from './run-directory.ts';
import { closeStepLogs, openStepLogs } from './run-logs.ts';
import type { RunSession } from './run-session.ts';
import { devicesOfRanks } from './step-places.ts';

/**
 * Runs one step to its end: finds its files, journals what is new or changed, starts workers for what is not complete.
 * @param index counted from 0
 * @returns null when it was run (its state says how it went), or why it could not be
 */
export async function conductStep(
  session: RunSession,
  index: number,
  devices: readonly Device[],
): Promise<Problem | null> {
  const step = session.parts.metadata.definition.steps[index];
  const state = session.state.steps[index];
  if (step === undefined || state === undefined) throw new Error(`There is no step ${index + 1}`);
  const items = await bringItemsUpToDate(session, index, step, state);
  if (!items.ok) return items.error;
  if (state.counts.pending + state.counts.running === 0 && state.workers.every((worker) => isOver(worker.state))) {
    settle(session, state);
    return null;
  }
  const ranks = devicesOfRanks(step, devices);
  if (!ranks.ok) return ranks.error;
  const setup = prepareSetup(session, index, step, state, keepAdopted(state, ranks.value));
  if (!setup.ok) return setup.error;
  const folder = await makeOutputFolder(setup.value.outputDir);
  if (!folder.ok) return folder.error;
  await runStep(session, setup.value);
  return null;
}

async function runStep(session: RunSession, setup: StepSetup): Promise<void> {
  const { state, definition } = setup;
  session.record({ type: 'step-started', step: state.step, devices: [...setup.devices] });
  const topic = { pipeline: session.parts.metadata.pipeline, step: definition.name, estimator: definition.cost };
  const { speeds } = await LearnedSpeeds.load(join(session.parts.home, 'speeds.json'));
  const assigned = { items: state.counts.pending, workers: setup.devices.length, dispatch: definition.dispatch };
  setup.logs.orchestrator.write('INFO', 'step started', assigned);
  if (session.meter !== null) session.meter.log = setup.logs.metrics;
  const running = startStep(setup, speeds.speedsFor(topic, setup.devices).speeds);
  session.enterStep(running);
  await running.done;
  await session.scan.finishStep(state.step);
  await session.parts.journal.synced();
  settle(session, state);
  setup.logs.orchestrator.write('INFO', `step ${state.status}`, { ...state.counts });
  if (session.meter !== null) session.meter.log = null;
  await closeStepLogs(setup.logs);
}

/** Journals how a step stands when nobody works on it any more. */
function settle(session: RunSession, state: StepState): void {
  const status = statusOf(session, state);
  if (state.status !== status) session.record({ type: 'step-ended', step: state.step, status });
}

function statusOf(session: RunSession, { counts }: StepState): RunEndStatus {
  if (counts.pending + counts.running > 0) return session.isStopping ? 'stopped' : 'failed';
  if (counts.failed === 0) return 'completed';
  return counts.complete === 0 ? 'failed' : 'completed-with-failures';
}

/** A worker of an earlier engine keeps its rank and its device; there may be more of them than devices now. */
function keepAdopted(state: StepState, ranks: readonly Device[]) {
  const refs = ranks.map(deviceRef);
  for (const worker of state.workers) {
    const isOpen =
      worker.state.status === 'running' || worker.state.status === 'stopping' || worker.state.status === 'starting';
    if (isOpen || worker.rank >= refs.length) refs[worker.rank] = worker.device;
  }
  return refs;
}

async function bringItemsUpToDate(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
): Promise<Result<void, Problem>> {
  const outputsOf = outputsByStep(session);
  const files = findStepFiles({
    step,
    index,
    state: session.state,
    runFiles: currentRunFiles(session, state),
    declaredOutputs: (source, item) => outputsOf(source.step - 1, item),
  });
  if (!files.ok) return files;
  const costs = await costsOf(session, index, step, state, files.value);
  const names = makeNameLister();
  const plan = planItems(
    state,
    files.value,
    (place) => costs[place] ?? 0,
    ({ outputs }) => outputs.every(names),
  );
  const added = plan.added.map((item) => ({ file: item.file, outputs: outputsOf(index, item) }));
  const collisions = findOutputCollisions(added);
  if (!collisions.ok) return collisions;
  for (const event of itemEvents(state.step, plan)) session.record(event);
  for (const { detail, reason } of plan.changes)
    session.parts.runLog.write('WARNING', `run again: ${detail}`, { reason });
  return ok(undefined);
}

/** The run's files as they are now; one that is gone keeps its old size and time, and fails as an item if it is still to do. */
function currentRunFiles(session: RunSession, state: StepState): StepFileSource[] {
  const { inputs } = session.parts.metadata;
  const isFresh = session.state.interventions.length === 0 && state.items.length === inputs.length;
  return isFresh ? inputs : inputs.map(refreshed);
}

type StepFileSource = RunSession['parts']['metadata']['inputs'][number];

function refreshed(input: StepFileSource): StepFileSource {
  const stats = statSync(input.path, { throwIfNoEntry: false });
  return stats === undefined ? input : { ...input, size: stats.size, mtime_ms: stats.mtimeMs };
}

/** Costs of new and changed files; those that are known keep theirs. */
async function costsOf(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
  files: readonly StepFile[],
): Promise<number[]> {
  const known = new Map(state.items.map((item) => [item.file, item]));
  const costs = files.map(({ file }) => known.get(file)?.cost ?? 0);
  const places = [...files.keys()].filter((place) => isNew(known, files[place]));
  if (places.length === 0) return costs;
  const context = { ...contextOf(session, index), outputDir: stepOutput(session, index) };
  const estimated = await estimateCosts({
    files: places.flatMap((place) => files[place] ?? []),
    estimator: step.cost,
    cache: null,
    commandFor: (command, file) => expandCostCommand(command, file, context),
  });
  // A file that cannot be costed still has to be tried: its worker says what is wrong with it.
  places.forEach((place, at) => {
    costs[place] = Number.isFinite(estimated.costs[at]) ? (estimated.costs[at] ?? 0) : (files[place]?.size ?? 0);
  });
  return costs;
}

function isNew(known: ReadonlyMap<string, { size: number; mtime_ms: number }>, file: StepFile | undefined): boolean {
  if (file === undefined || file.skipped) return false;
  const item = known.get(file.file);
  return item === undefined || item.size !== file.size || item.mtime_ms !== file.mtime_ms;
}

function outputsByStep(session: RunSession) {
  const prepared = new Map<number, ReturnType<typeof prepareOutputs>>();
  return (index: number, item: Parameters<ReturnType<typeof prepareOutputs>>[0]): string[] => {
    const step = session.parts.metadata.definition.steps[index];
    if (step === undefined) return [];
    const { parameters } = session.parts.metadata;
    const outputs = prepared.get(index) ?? prepareOutputs(step, { outputDir: stepOutput(session, index), parameters });
    prepared.set(index, outputs);
    const paths = outputs(item);
    return paths.ok ? paths.value : [];
  };
}

/** The last step writes to the folder that was asked for, the others to the run's own. */
function stepOutput(session: RunSession, index: number): string {
  const { metadata, directory } = session.parts;
  const isLast = index === metadata.definition.steps.length - 1;
  return isLast && metadata.output_dir !== null ? metadata.output_dir : stepOutputFolder(directory, index + 1);
}

function contextOf(session: RunSession, index: number) {
  const { metadata, runtime, directory } = session.parts;
  return {
    outputDir: stepOutput(session, index),
    runDirectory: directory,
    pipelineDir: metadata.pipeline_dir,
    resources: runtime.resources,
    python: pythonOf(session),
    node: runtime.node,
    parameters: metadata.parameters,
  };
}

function pythonOf(session: RunSession): string | null {
  const { metadata, env, directory } = session.parts;
  if (!usesPython(metadata.definition)) return null;
  const found = findPython({ env, workingDirectory: directory });
  return found.ok ? found.value : null;
}

function prepareSetup(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
  devices: StepSetup['devices'],
): Result<StepSetup, Problem> {
  const { parts } = session;
  const python = pythonOf(session);
  if (python === null && usesPython({ steps: [step] })) return err(noPython(step));
  return ok({
    run: session.run,
    directory: parts.directory,
    state,
    definition: step,
    record: (body) => session.record(body),
    devices,
    parameters: parts.metadata.parameters,
    pipelineDir: parts.metadata.pipeline_dir,
    python,
    outputDir: stepOutput(session, index),
    runtime: parts.runtime,
    table: parts.table,
    env: inheritedEnvironment(parts.env),
    stopGraceMs: parts.stopGraceMs,
    logs: openStepLogs(parts.directory, session.run, index + 1),
    board: session.board,
    scan: (rank, path) => session.scan.watch(index + 1, rank, path),
  });
}

function noPython(step: Step): Problem {
  return problem(
    'command-not-found',
    `Step "${step.name}" needs Python, and no interpreter was found.`,
    'Install Python, activate its environment, or name it in DROVER_PYTHON.',
  );
}
