import { delimiter } from 'node:path';
import type { DeviceRef } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { deviceEnvironment } from '../devices/device-environment.ts';
import type { Environment } from '../files/data-home.ts';
import { makeFolders } from '../files/make-folders.ts';
import { isOwnFolder } from '../pipelines/check-program.ts';
import { fifoFolder, fifoPath } from '../processes/fifo-folder.ts';
import { ownerFile, processRecordFile, reportFile, stepLogsFolder } from '../run-directory/paths.ts';
import type { StepSetup } from './step-setup.ts';

/** Variables that would make a worker behave like a part of ours: prefixes and names. */
const REMOVED_PREFIXES = ['ELECTRON_', 'npm_'];
const REMOVED_NAMES = [
  'NODE_OPTIONS',
  'NODE_ENV',
  'INIT_CWD',
  'APPDIR',
  'APPIMAGE',
  'OWD',
  'ARGV0',
  'DROVER_IGNORE_HANGUP',
];

export interface WorkerPlace {
  run: string;
  step: number;
  rank: number;
  worldSize: number;
  device: DeviceRef;
  /** The namespace of process numbers that it is started from. */
  pidNamespace: string | null;
  reportFile: string;
  logFolder: string;
  outputFolder: string;
}

/**
 * The environment of a worker: what it inherits, its device, and what tells the worker its place.
 * @param inherited from `inheritedEnvironment`, made once, as many processes are started
 * @param step what the step's `env` adds; it wins over everything but the worker's place
 */
export function workerEnvironment(
  inherited: Environment,
  step: Readonly<Record<string, string>>,
  place: WorkerPlace,
): Environment {
  return {
    ...inherited,
    ...deviceEnvironment(place.device, { byUuid: false }),
    ...step,
    ...placeVariables(place),
  };
}

/** The variables that Drover sets itself, which logs may show; what is inherited may hold secrets. */
export function placeVariables(place: WorkerPlace): Record<string, string> {
  const rank = String(place.rank);
  return {
    RANK: rank,
    LOCAL_RANK: rank,
    WORLD_SIZE: String(place.worldSize),
    PYTHONUNBUFFERED: '1',
    DROVER_RUN_ID: place.run,
    DROVER_STEP: String(place.step),
    DROVER_RANK: rank,
    DROVER_PID_NAMESPACE: place.pidNamespace ?? '',
    DROVER_DEVICE_UUID: place.device.uuid ?? '',
    DROVER_REPORT_FILE: place.reportFile,
    DROVER_LOG_DIR: place.logFolder,
    DROVER_OUTPUT_DIR: place.outputFolder,
  };
}

/** What a worker inherits: the parent's environment less what belongs to Drover's own runtime. */
export function inheritedEnvironment(parent: Environment): Record<string, string> {
  const appFolder = parent['APPDIR'];
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value === undefined || isRemoved(name)) continue;
    const cleaned = name === 'PATH' || name === 'LD_LIBRARY_PATH' ? cleanPath(value, appFolder) : value;
    if (cleaned !== '' || value === '') kept[name] = cleaned;
  }
  return kept;
}

function isRemoved(name: string): boolean {
  return REMOVED_NAMES.includes(name) || REMOVED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Without the tools of our own checkout, and without the libraries of the AppImage we may run from. */
function cleanPath(path: string, appFolder: string | undefined): string {
  return path
    .split(delimiter)
    .filter((entry) => !/[\\/]node_modules[\\/]\.bin$/.test(entry) && !/[\\/]node-gyp-bin$/.test(entry))
    .filter((entry) => appFolder === undefined || appFolder === '' || !entry.startsWith(appFolder))
    .join(delimiter);
}

/** What tells the worker of a rank its place. */
export function placeOf(setup: StepSetup, rank: number, device: DeviceRef): WorkerPlace {
  return {
    run: setup.run,
    step: setup.state.step,
    rank,
    worldSize: setup.devices.length,
    device,
    pidNamespace: setup.table.pidNamespace(),
    reportFile: reportFile(setup.directory, setup.state.step, rank),
    logFolder: stepLogsFolder(setup.directory, setup.state.step),
    outputFolder: setup.outputDir,
  };
}

/** Where the launcher of a rank records its processes. */
export function recordPathOf(setup: StepSetup, rank: number): string {
  return processRecordFile(setup.directory, setup.state.step, workerId(rank));
}

/** What starting and adopting a process have in common. */
export function processParts(setup: StepSetup, rank: number, start: number, fifo: string | null) {
  return {
    table: setup.table,
    run: setup.run,
    step: setup.state.step,
    rank,
    start,
    fifo,
    record: recordPathOf(setup, rank),
    launcher: setup.runtime.launcher,
    owner: ownerFile(setup.directory),
    stopGraceMs: setup.stopGraceMs,
    thorough: setup.definition.dispatch !== 'each',
  };
}

/** A new FIFO for a start. A folder for FIFOs that others may write to, or that cannot be made, is a reason not to start. */
export function makeFifoPath(setup: StepSetup, rank: number, start: number): { path: string } | { error: string } {
  const { env, run, state } = setup;
  try {
    return { path: fifoPath(fifoFolder(env), run, state.step, rank, start) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/**
 * Makes a working directory that lies in the run's own folders: nobody else could have made it before the run was there.
 * @returns why a worker cannot start there, or null
 */
export function makeWorkingDirectory({ directory, outputDir }: StepSetup, cwd: string): string | null {
  if (!isOwnFolder(cwd, { runDirectory: directory, outputDir })) return null;
  try {
    makeFolders(cwd);
    return null;
  } catch (error) {
    return `The working directory ${cwd} cannot be made: ${messageOf(error)}`;
  }
}
