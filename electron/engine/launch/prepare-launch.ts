import { join } from 'node:path';
import type { PreviewProgress } from '../../../shared/contract/events.ts';
import type { LaunchNotice, LaunchRequest } from '../../../shared/contract/launch.ts';
import type { Device } from '../../../shared/device.ts';
import type { FileRow, FileTable } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { ParameterValue, Pipeline } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { LeftOut } from '../../../shared/run/left-out.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { estimateCosts } from '../cost/estimate-costs.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { isSlots, selectDevices } from '../devices/select-devices.ts';
import { devicesOfRanks } from '../devices/step-places.ts';
import { type Environment, runsFolder } from '../files/data-home.ts';
import { inheritedEnvironment } from '../hosts/worker-environment.ts';
import { findInputs } from '../inputs/find-inputs.ts';
import type { LeftOutFiles } from '../inputs/input-collector.ts';
import { nothingLeft } from '../inputs/input-problems.ts';
import { noticeOwnResults } from '../inputs/own-results.ts';
import type { StandingOutputs } from '../outputs/earlier-outputs.ts';
import { checkProgram } from '../pipelines/check-program.ts';
import { expandCostCommand } from '../pipelines/expand-step.ts';
import { loadPipeline } from '../pipelines/find-pipelines.ts';
import { findPython, usesPython } from '../pipelines/find-python.ts';
import type { LoadedPipeline } from '../pipelines/read-pipeline-file.ts';
import { resolveParameters } from '../pipelines/resolve-parameters.ts';
import type { StepContext } from '../pipelines/step-values.ts';
import { withDispatch } from '../pipelines/with-dispatch.ts';
import { checkOpenFiles } from '../processes/open-files.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { runDirectory, stepOutputFolder } from '../run-directory/paths.ts';
import { checkKeepFree, checkRunEnvironment } from '../settings/run-environment.ts';
import { readSettings } from '../settings/settings-file.ts';
import { isWanted } from '../steps/prepare-items.ts';
import { checkLaunchOutputs } from './check-launch-outputs.ts';

/** What the engine knows that every launch needs. */
export interface LaunchPlace {
  home: string;
  env: Environment;
  /** The folder of bundled pipelines. */
  resources: string;
  runtime: RuntimeFolder;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** A launch that was checked through: nothing is created yet. */
export interface PreparedLaunch {
  loaded: LoadedPipeline;
  /** With the request's overrides. */
  pipeline: Pipeline;
  parameters: Record<string, ParameterValue>;
  python: string | null;
  /** The program of each step, absolute. */
  programs: string[];
  files: Sequence<FileRow>;
  /** What was met in the search and is no input. */
  leftOut: LeftOut[];
  notices: LaunchNotice[];
  devices: Device[];
  /** One device per rank of the first step. */
  ranks: Device[];
  outputDir: string | null;
  /** What would be replaced there, as was asked for; null for the run's own folder. */
  replaced: StandingOutputs | null;
}

/** Who waits for a launch to be looked at: told how far it is, and able to end it. */
export interface LaunchWatch {
  signal?: AbortSignal;
  onProgress?: (progress: PreviewProgress) => void;
}

/**
 * Checks everything that can be known before the start, in the order in which a person would mend it.
 * @throws when the watch's signal says so
 */
export async function prepareLaunch(
  request: LaunchRequest,
  place: LaunchPlace,
  watch: LaunchWatch = {},
): Promise<Result<PreparedLaunch, Problem>> {
  const unreadable = checkRunEnvironment(place.env);
  if (unreadable !== null) return err(unreadable);
  const loaded = await loadPipeline({
    name: request.pipeline,
    home: place.home,
    resources: place.resources,
    workingDirectory: request.workingDirectory,
  });
  if (!loaded.ok) return loaded;
  const pipeline = override(loaded.value.pipeline, request);
  if (!pipeline.ok) return pipeline;
  const parameters = resolveParameters(
    { pipeline: pipeline.value, pipelineDir: loaded.value.pipelineDir },
    request.parameters,
    request.workingDirectory,
  );
  if (!parameters.ok) return parameters;
  const python = pythonFor(pipeline.value, place, request.workingDirectory);
  if (!python.ok) return python;
  const contexts = stepContext(place, loaded.value, parameters.value, python.value);
  const programs = checkPrograms(pipeline.value, contexts, place.env);
  if (!programs.ok) return programs;
  const devices = await chooseDevices(request.devices, place.env);
  if (!devices.ok) return devices;
  const ranks = devicesOfRanks(firstStep(pipeline.value), devices.value.devices);
  if (!ranks.ok) return ranks;
  const fewFiles = checkOpenFiles(mostWorkers(pipeline.value.steps, devices.value.devices.length));
  if (fewFiles !== null) return err(fewFiles);
  const inputs = await costedInputs(request, pipeline.value, place, contexts, watch);
  if (!inputs.ok) return inputs;
  const { files, leftOut } = inputs.value;
  const checked = await checkLaunchOutputs({
    pipeline: pipeline.value,
    files,
    parameters: parameters.value,
    output: request.output,
    overwrite: request.overwrite,
    workingDirectory: request.workingDirectory,
    home: place.home,
    isOwned: place.isOwned,
    table: place.table,
  });
  if (!checked.ok) return checked;
  const { settings } = readSettings(place.home);
  const noRoom = await checkKeepFree(place.env, settings, [place.home, checked.value.folder ?? place.home]);
  if (noRoom !== null) return err(noRoom);
  const notices = noticeOwnResults({
    pipeline: pipeline.value,
    parameters: parameters.value,
    files,
    inputs: request.inputs,
    workingDirectory: request.workingDirectory,
    outputDir: checked.value.folder,
  });
  return ok({
    loaded: loaded.value,
    pipeline: pipeline.value,
    parameters: parameters.value,
    python: python.value,
    programs: programs.value,
    files,
    leftOut,
    notices: [...devices.value.notices, ...notices],
    devices: devices.value.devices,
    ranks: ranks.value,
    outputDir: checked.value.folder,
    replaced: checked.value.replaced,
  });
}

/** The first step of a pipeline; the schema sees to it that there is one. */
export function firstStep(pipeline: Pipeline): Pipeline['steps'][number] {
  const [step] = pipeline.steps;
  if (step === undefined) throw new Error(`Pipeline ${pipeline.name} has no step`);
  return step;
}

/** How many workers there can be at a time. */
export function mostWorkers(
  steps: readonly Pick<Pipeline['steps'][number], 'device' | 'workers_per_device'>[],
  devices: number,
): number {
  return Math.max(1, ...steps.map((step) => (step.device === 'none' ? 1 : devices * step.workers_per_device)));
}

/** The devices that a request names, as they are now. */
async function chooseDevices(selector: string | undefined, env: Environment): Promise<Result<ChosenDevices, Problem>> {
  const { devices, problems } = isSlots(selector) ? { devices: [], problems: [] } : await detectDevices({ env });
  const chosen = selectDevices(selector, devices, env);
  if (!chosen.ok) return chosen;
  const onSlots = chosen.value.every(({ kind }) => kind === 'cpu');
  const advice = onSlots ? ON_SLOTS : 'The run goes on with the others; "drover devices" shows what there is.';
  return ok({ devices: chosen.value, notices: problems.map((message) => ({ subject: 'devices', message, advice })) });
}

interface ChosenDevices {
  devices: Device[];
  /** What is there and cannot be used, or is hidden. */
  notices: LaunchNotice[];
}

/** Somebody who has GPUs should not find out after a day. */
const ON_SLOTS = 'The run uses CPU slots.';

function override(pipeline: Pipeline, request: LaunchRequest): Result<Pipeline, Problem> {
  const dispatched = request.dispatch === undefined ? ok(pipeline) : withDispatch(pipeline, request.dispatch);
  if (!dispatched.ok) return dispatched;
  const steps = dispatched.value.steps.map((step) => ({
    ...step,
    retries: request.retries ?? step.retries,
    workers_per_device: request.workersPerDevice ?? step.workers_per_device,
    ...(request.stallTimeout === undefined ? {} : { stall_timeout_seconds: request.stallTimeout }),
  }));
  return ok({ ...dispatched.value, steps });
}

function pythonFor(
  pipeline: Pipeline,
  { env, home }: Pick<LaunchPlace, 'env' | 'home'>,
  workingDirectory: string,
): Result<string | null, Problem> {
  if (!usesPython(pipeline)) return ok(null);
  const setting = readSettings(home).settings.interpreter ?? undefined;
  return findPython({ env, workingDirectory, setting });
}

/** Stands for the id of the run that is looked at before its start; no run is called so. */
const COMING_RUN = '<run>';

function stepContext(
  place: LaunchPlace,
  loaded: LoadedPipeline,
  parameters: Record<string, ParameterValue>,
  python: string | null,
): StepContext {
  // The run's directory does not exist yet. A path that begins there is looked for at no other place meanwhile; `..` leads as far up as it will.
  const directory = runDirectory(runsFolder(place.home), loaded.pipeline.name, COMING_RUN);
  return {
    outputDir: stepOutputFolder(directory, 1),
    runDirectory: directory,
    pipelineDir: loaded.pipelineDir,
    resources: place.runtime.resources,
    python,
    node: place.runtime.node,
    parameters,
  };
}

function checkPrograms(pipeline: Pipeline, context: StepContext, env: Environment): Result<string[], Problem> {
  const programs: string[] = [];
  for (const step of pipeline.steps) {
    const found = checkProgram(step, context, inheritedEnvironment(env));
    if (!found.ok) return found;
    programs.push(found.value);
  }
  return ok(programs);
}

async function costedInputs(
  request: LaunchRequest,
  pipeline: Pipeline,
  place: LaunchPlace,
  context: StepContext,
  { signal, onProgress }: LaunchWatch,
): Promise<Result<{ files: FileTable; leftOut: LeftOut[] }, Problem>> {
  const { workingDirectory, skipInvalid } = request;
  const found = await findInputs({
    paths: request.inputs,
    patterns: pipeline.inputs.patterns,
    workingDirectory,
    skipInvalid,
    signal,
    onFound: (count) => onProgress?.({ found: count, costed: 0, total: null }),
  });
  if (!found.ok) return found;
  const { leftOut } = found.value;
  const files = takenBySteps(found.value.files, pipeline, leftOut);
  if (files.length === 0) return err(nothingLeft(leftOut.list()));
  const cache = await CostCache.open(join(place.home, 'cache', 'costs.sqlite'));
  const { costs, problems } = await estimateCosts({
    files,
    estimator: firstStep(pipeline).cost,
    cache,
    workingDirectory,
    commandFor: (command, file) => expandCostCommand(command, file, context),
    signal,
    onProgress: (costed, total) => onProgress?.({ found: total, costed, total }),
  }).finally(() => cache?.close());
  if (problems.length > 0 && !skipInvalid) return err(invalidInputs(problems));
  costs.forEach((cost, index) => files.setCost(index, cost));
  for (const { file, message } of problems) leftOut.add('invalid', file, withoutName(message, file));
  if (problems.length === files.length) return err(nothingLeft(leftOut.list()));
  const usable = problems.length === 0 ? files : files.without(new Set(problems.map(({ index }) => index)));
  return ok({ files: usable, leftOut: leftOut.list() });
}

/** The files that some step takes; a step's patterns may leave out what the pipeline's let in. */
function takenBySteps(files: FileTable, { steps }: Pipeline, leftOut: LeftOutFiles): FileTable {
  const taking = steps.filter(({ inputs }) => inputs === 'run');
  const unwanted = new Set<number>();
  for (let place = 0; place < files.length; place += 1) {
    const file = files.file(place);
    if (taking.some((step) => isWanted(step, file))) continue;
    unwanted.add(place);
    leftOut.add('not-matched', file);
  }
  return unwanted.size === 0 ? files : files.without(unwanted);
}

/** A message that begins with the file's name, without it: `is cut off: …`. */
function withoutName(message: string, file: string): string {
  return message.startsWith(`${file} `) ? message.slice(file.length + 1) : message;
}

function invalidInputs(problems: readonly { file: string; message: string }[]): Problem {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more files)` : '';
  return problem(
    'invalid-input',
    `${first?.message ?? ''}${more}`,
    'Replace or leave out the file, or go on without such files with --skip-invalid.',
  );
}
