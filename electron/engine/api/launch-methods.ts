import {
  type Begin,
  beginOf,
  type LaunchNotice,
  type LaunchRequest,
  type StartedLaunch,
} from '../../../shared/contract/launch.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import { deviceRef } from '../../../shared/device.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findUsableDevices } from '../devices/select-devices.ts';
import { createRun, type QueueRequest } from '../launch/create-run.ts';
import { type OwnerPurpose, startHeadless } from '../launch/headless.ts';
import { keepDraft, readDraft } from '../launch/launch-draft.ts';
import { checkArgumentLength, makePlan } from '../launch/make-plan.ts';
import { maxWorkers, type PreparedLaunch, prepareLaunch } from '../launch/prepare-launch.ts';
import { readLeases } from '../leases/device-leases.ts';
import { checkUnused, neededMemory, usedDevices } from '../leases/device-use.ts';
import { listPipelines, loadPipeline, summarize } from '../pipelines/find-pipelines.ts';
import { checkOpenFiles } from '../processes/open-files.ts';
import { arePacked, unpackLogs } from '../records/archive/packed-logs.ts';
import { checkAsked } from '../run-directory/asked-checksum.ts';
import { linkInRun } from '../run-directory/links-in-run.ts';
import { hasWorkers } from '../run-directory/live-workers.ts';
import { readMetadata } from '../run-directory/metadata.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { metadataFile } from '../run-directory/paths.ts';
import { readRun, readRunState } from '../run-directory/read-run.ts';
import { fileWorkEnds, whileHolding } from '../run-directory/while-holding.ts';
import { checkBeforeGoingOn } from '../runs/guard-outputs.ts';
import { findFailedItems, isFinished } from '../runs/reset-failed.ts';
import { checkRunEnvironment } from '../settings/run-environment.ts';
import type { EngineCore } from './engine-core.ts';

type LaunchMethods = Pick<
  Methods,
  | 'devices'
  | 'pipelines'
  | 'describePipeline'
  | 'plan'
  | 'startRun'
  | 'resumeRun'
  | 'retryRun'
  | 'readDraft'
  | 'keepDraft'
>;
type Started = { run: string; directory: string };

/** Methods that list what can be run, and start runs. */
export function launchMethods(core: EngineCore): LaunchMethods {
  return {
    async devices() {
      const { devices, problems } = await findUsableDevices(core.options.env);
      // Scripts that cut the problems out of the printed line find them at its end.
      return ok({ devices, leases: readLeases(core.leasePlace), problems });
    },
    pipelines: async () => ok(await listPipelines({ home: core.options.home, resources: core.resources })),
    async describePipeline({ pipeline, workingDirectory }) {
      const loaded = await loadPipeline({
        name: pipeline,
        home: core.options.home,
        resources: core.resources,
        workingDirectory,
      });
      return loaded.ok ? ok(summarize(loaded.value, false)) : loaded;
    },
    readDraft: async () => ok({ draft: readDraft(core.options.home) }),
    async keepDraft({ draft }) {
      keepDraft(core.options.home, draft);
      return ok(undefined);
    },
    async plan(request) {
      const place = core.launchPlace();
      if (!place.ok) return place;
      // A plan starts nothing, so it may name devices that others have; it says who.
      const launch = await prepareLaunch({ ...request, begin: planned(request) }, place.value);
      if (!launch.ok) return launch;
      const plan = await makePlan(launch.value, core.options.home);
      return ok({ ...plan, notices: [...plan.notices, ...usedNotices(core, launch.value)] });
    },
    startRun: (request) => startRun(core, request),
    resumeRun: (request) => resumeRun(core, request),
    retryRun: (request) => retryRun(core, request),
  };
}

function planned(request: LaunchRequest): Begin {
  const begin = beginOf(request);
  return begin.kind === 'now' ? { ...begin, share: true } : begin;
}

/** Says which devices of a plan other runs have now. */
function usedNotices(core: EngineCore, { pipeline, devices }: PreparedLaunch): LaunchNotice[] {
  const inUse = checkUnused(usedDevices(pipeline.steps, devices), readLeases(core.leasePlace), null);
  return inUse === null ? [] : [{ subject: 'devices', message: inUse.message, advice: inUse.advice }];
}

/**
 * Records a run and starts it.
 * @param prepared the same request as a preview prepared it a moment ago; null to prepare it now
 */
export async function startRun(
  core: EngineCore,
  request: LaunchRequest & { detach: boolean },
  prepared: PreparedLaunch | null = null,
): Promise<Result<StartedLaunch, Problem>> {
  const place = core.launchPlace();
  if (!place.ok) return place;
  const launch = prepared === null ? await prepareLaunch(request, place.value) : ok(prepared);
  if (!launch.ok) return launch;
  const fitting = await checkArgumentLength(launch.value, place.value);
  if (!fitting.ok) return fitting;
  const { home, env, commandLine } = core.options;
  const begin = beginOf(request);
  const queued = begin.kind === 'now' ? null : await placeInQueue(launch.value, begin.any, home);
  const created = await createRun({ launch: launch.value, request, home, env, commandLine, queued });
  if (!created.ok) return created;
  const { run, directory, metadata } = created.value;
  const detach = request.detach || queued !== null;
  const going = await start(core, { run, directory }, { purpose: 'run', detach, isKept: queued !== null, metadata });
  return going.ok ? ok({ ...going.value, left_out: launch.value.leftOut, notices: launch.value.notices }) : going;
}

/** Returns the place of a run that is queued now: the last one. Null for one that computes on none of its devices, which has nothing to wait for. */
async function placeInQueue(launch: PreparedLaunch, any: number | null, home: string): Promise<QueueRequest | null> {
  const { steps } = launch.pipeline;
  const devices = usedDevices(steps, launch.devices).map(deviceRef);
  if (devices.length === 0) return null;
  const { predicted_seconds } = await makePlan(launch, home);
  const count = Math.min(any ?? devices.length, devices.length);
  return { devices, count, position: Date.now(), memory: neededMemory(steps), predicted_seconds };
}

async function resumeRun(
  core: EngineCore,
  request: { run: string; detach: boolean; overwrite?: boolean | undefined; begin?: Begin | undefined },
): Promise<Result<Started & { past: number; alreadyComplete: boolean }, Problem>> {
  const found = core.find(request.run);
  if (!found.ok) return found;
  const state = readRunState(found.value.directory);
  if (!state.ok) return state;
  if (core.isOwned(found.value.directory)) return err(isActive(found.value.run));
  const asAsked = checkAsked(found.value.directory, state.value.asked);
  if (!asAsked.ok) return asAsked;
  const past = state.value.events;
  const isDone = isFinished(state.value, found.value.directory);
  const { detach, overwrite = false, begin } = request;
  const checked = checkGoingOn(core, found.value.directory, overwrite);
  // Nothing will be written, so another run that writes there does no harm.
  if (isDone && (checked.ok ? !checked.value.isReplaced : checked.error.reason === 'output-in-use'))
    return ok({ ...found.value, past, alreadyComplete: true });
  if (!checked.ok) return checked;
  const { metadata } = checked.value;
  const going = await start(core, found.value, { purpose: 'resume', detach, overwrite, metadata, begin });
  return going.ok ? ok({ ...going.value, past, alreadyComplete: false }) : going;
}

async function retryRun(
  core: EngineCore,
  request: {
    run: string;
    items: string[];
    detach: boolean;
    overwrite?: boolean | undefined;
    begin?: Begin | undefined;
  },
): Promise<Result<Started & { past: number; retried: number }, Problem>> {
  const found = core.find(request.run);
  if (!found.ok) return found;
  const read = readRun(found.value.directory);
  if (!read.ok) return read;
  if (core.isOwned(found.value.directory)) return err(isActive(found.value.run));
  const asAsked = checkAsked(found.value.directory, read.value.state.asked);
  if (!asAsked.ok) return asAsked;
  const failed = findFailedItems(read.value.state, request.items);
  if (!failed.ok) return failed;
  const retried = failed.value.reduce((sum, { items }) => sum + items.length, 0);
  const past = read.value.state.events;
  if (retried === 0) return ok({ ...found.value, past, retried });
  const { detach, items, overwrite = false, begin } = request;
  const checked = checkGoingOn(core, found.value.directory, overwrite);
  if (!checked.ok) return checked;
  const { metadata } = checked.value;
  const going = await start(core, found.value, { purpose: 'retry', detach, items, overwrite, metadata, begin });
  return going.ok ? ok({ ...going.value, past, retried }) : going;
}

/** How a run is started. */
interface Going {
  purpose: OwnerPurpose;
  detach: boolean;
  /** Failed items to try again. */
  items?: readonly string[];
  metadata?: Metadata | null;
  /** Whether results of other runs in its output folder may be replaced. */
  overwrite?: boolean;
  /** When a run that goes on begins; a new one has that in its metadata. */
  begin?: Begin | undefined;
  /** Whether its engine is started again when it was killed. */
  isKept?: boolean;
}

function checkGoingOn(core: EngineCore, directory: string, overwrite: boolean) {
  const { runs, isOwned, table, options } = core;
  const unreadable = checkRunEnvironment(options.env);
  if (unreadable !== null) return err(unreadable);
  return checkBeforeGoingOn({ directory, runs, overwrite, isOwned, table });
}

/** Checks whether this process may open as many files as the workers of a resumed run need. */
function checkFiles(directory: string): Problem | null {
  const head = readMetadataHead(metadataFile(directory));
  if (!head.ok) return null;
  const { definition, devices } = head.value;
  return checkOpenFiles(maxWorkers(definition.steps, devices.length));
}

/** Starts a run, here or in a headless engine that outlives this process. */
async function start(core: EngineCore, place: Started, going: Going): Promise<Result<Started, Problem>> {
  const { purpose, items = [], overwrite = false, metadata = null, begin } = going;
  const isKept = going.isKept === true || begin?.kind === 'when-free';
  const link = purpose === 'run' ? null : linkInRun(place.directory);
  if (link !== null) return err(link);
  // For a new run this was checked before it was recorded.
  const fewFiles = purpose === 'run' ? null : checkFiles(place.directory);
  if (fewFiles !== null) return err(fewFiles);
  const inUse = purpose === 'run' || isKept ? null : checkDevices(core, place, { begin, metadata });
  if (inUse !== null) return err(inUse);
  if (!going.detach && !isKept) {
    const owned = await core.own(place.directory, purpose, items, { metadata, overwrite, begin });
    return owned.ok ? ok(place) : owned;
  }
  // The headless engine would unpack them as well, but could not report to the caller why it cannot.
  const unpacked = await prepareFiles(core, place.directory);
  if (!unpacked.ok) return unpacked;
  const { home, env, headless } = core.options;
  const keeper = isKept ? core.keeper() : null;
  const started = await startHeadless({
    command: headless,
    home,
    env,
    ...place,
    purpose,
    items,
    overwrite,
    begin,
    keeper,
  });
  return started.ok ? ok(place) : started;
}

/** Checks whether other runs have the devices of one that goes on. Where its own workers live, they are on them already. */
function checkDevices(
  core: EngineCore,
  { run, directory }: Started,
  { begin, metadata }: { begin: Begin | undefined; metadata: Metadata | null },
): Problem | null {
  const asked = beginOf({ begin });
  if (asked.kind === 'when-free' || asked.share) return null;
  const read = metadata === null ? readMetadata(directory) : ok(metadata);
  if (!read.ok) return null;
  const inUse = checkUnused(
    usedDevices(read.value.definition.steps, read.value.devices),
    readLeases(core.leasePlace),
    run,
  );
  return inUse === null || hasWorkers(directory, core.table) ? null : inUse;
}

async function prepareFiles(core: EngineCore, directory: string): Promise<Result<void, Problem>> {
  const { table, options } = core;
  const patience = { onWaiting: options.onWaiting };
  await fileWorkEnds(directory, table, patience);
  if (!arePacked(directory)) return ok(undefined);
  return whileHolding({ directory, table, task: 'unpacking', patience }, () => unpackLogs(directory));
}

function isActive(run: string): Problem {
  return problem(
    'run-active',
    `Run ${run} is active.`,
    `Watch it with "drover watch ${run}", or stop it with "drover stop ${run}" first.`,
  );
}
