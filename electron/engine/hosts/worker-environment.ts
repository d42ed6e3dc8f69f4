import { delimiter } from 'node:path';
import type { DeviceRef } from '../../../shared/device.ts';
import { deviceEnvironment } from '../devices/device-environment.ts';
import type { Environment } from '../files/data-home.ts';

/** Variables that would make a worker act as a part of Drover: prefixes and names. */
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
 * Returns the environment of a worker: what it inherits, its device, and its place in the run.
 * @param inherited from `inheritedEnvironment`, made once, because many processes are started
 * @param step what the step's `env` adds; it overrides everything but the worker's place
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

/** Returns the variables that Drover sets itself. Logs may show them; inherited variables may hold secrets. */
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

/** Returns what a worker inherits: the parent's environment without what belongs to Drover's own runtime. */
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

/** Returns the path without the tools of our own checkout, and without the libraries of the AppImage that may run us. */
function cleanPath(path: string, appFolder: string | undefined): string {
  return path
    .split(delimiter)
    .filter((entry) => !/[\\/]node_modules[\\/]\.bin$/.test(entry) && !/[\\/]node-gyp-bin$/.test(entry))
    .filter((entry) => appFolder === undefined || appFolder === '' || !entry.startsWith(appFolder))
    .join(delimiter);
}
