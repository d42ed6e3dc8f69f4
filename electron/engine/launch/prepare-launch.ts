import { join } from 'node:path';
import type { PreviewProgress } from '../../../shared/contract/events.ts';
import { beginOf, type LaunchNotice, type LaunchRequest } from '../../../shared/contract/launch.ts';
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
import { readLeases } from '../leases/device-leases.ts';
import { checkUnused, usedDevices } from '../leases/device-use.ts';
import type { ExistingOutputs } from '../outputs/earlier-outputs.ts';
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

/** The parts of the engine that every launch needs. */
export interface LaunchPlace {
  home: string;
  env: Environment;
  /** The folder of bundled pipelines. */
  resources: string;
  runtime: RuntimeFolder;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** A launch that passed all checks: nothing is created yet. */
export interface PreparedLaunch {
  loaded: LoadedPipeline;
  /** With the request's overrides. */
  pipeline: Pipeline;
  parameters: Record<string, ParameterValue>;
  python: string | null;
  /** The program of each step, absolute. */
  programs: string[];
  files: Sequence<FileRow>;
  /** What the search found that is not an input. */
  leftOut: LeftOut[];
  notices: LaunchNotice[];
  devices: Device[];
  /** One device per rank of the first step. */
  ranks: Device[];
  outputDir: string | null;
  /** What would be replaced there, with the permission of the user; null for the run's own folder. */
  replaced: ExistingOutputs | null;
}

/** Receives the progress of the checks, and can cancel them. */
export interface LaunchWatch {
  signal?: AbortSignal;
  onProgress?: (progress: PreviewProgress) => void;
}

/**
 * Checks everything that is known before the start, in the order in which a person would fix it.
 * @throws when the watch's signal is aborted
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
  const used = devicesToBegin(request, pipeline.value, devices.value.devices, place);
  if (!used.ok) return used;
  const ranks = devicesOfRanks(firstStep(pipeline.value), used.value);
  if (!ranks.ok) return ranks;
  const fewFiles = checkOpenFiles(maxWorkers(pipeline.value.steps, devices.value.devices.length));
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

/** Returns the first step of a pipeline; the schema requires one. */
export function firstStep(pipeline: Pipeline): Pipeline['steps'][number] {
  const [step] = pipeline.steps;
  if (step === undefined) throw new Error(`Pipeline ${pipeline.name} has no step`);
  return step;
}

/** Returns the largest number of workers at a time. */
export function maxWorkers(
  steps: readonly Pick<Pipeline['steps'][number], 'device' | 'workers_per_device'>[],
  devices: number,
): number {
  return Math.max(1, ...steps.map((step) => (step.device === 'none' ? 1 : devices * step.workers_per_device)));
}

/** Returns the requested devices in their present state. */
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
  /** Devices that exist but cannot be used, or are hidden. */
  notices: LaunchNotice[];
}

/**
 * Returns the devices for the plan of the first step. A run that waits gets them when they are free, so it does not matter how much of their memory is
 * free now; one that begins now may not have those of another run.
 */
function devicesToBegin(
  request: LaunchRequest,
  { steps }: Pipeline,
  devices: readonly Device[],
  place: LaunchPlace,
): Result<readonly Device[], Problem> {
  const begin = beginOf(request);
  if (begin.kind === 'now') {
    const inUse = begin.share ? null : checkUnused(usedDevices(steps, devices), readLeases(place), null);
    return inUse === null ? ok(devices) : err(inUse);
  }
  const { any } = begin;
  if (any !== null && any > devices.length) return err(tooFew(any, devices.length));
  return ok(devices.slice(0, any ?? devices.length).map((device) => ({ ...device, memory_free: null })));
}

function tooFew(asked: number, found: number): Problem {
  return problem(
    'invalid-usage',
    `The run is to begin when any ${asked} devices are free, and it may use only ${found}.`,
    'Ask for fewer, or name more with --devices ("drover devices" shows what there is).',
  );
}

/** Shown at the start, so that a person with GPUs does not find out after a day. */
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

/** The id of a run before its creation; no run has this id. */
const FUTURE_RUN = '<run>';

function stepContext(
  place: LaunchPlace,
  loaded: LoadedPipeline,
  parameters: Record<string, ParameterValue>,
  python: string | null,
): StepContext {
  // The run's directory does not exist yet. Until then a path inside it is not searched elsewhere; `..` leads as far up as later.
  const directory = runDirectory(runsFolder(place.home), loaded.pipeline.name, FUTURE_RUN);
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

/** Returns the files that any step takes; the patterns of a step may exclude files that the pipeline's patterns include. */
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

/** Returns a message without the file name at its beginning: `is cut off: …`. */
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
