import { isAbsolute, join } from 'node:path';
import { stepFolder, WORKER_ID_PATTERN, workerId } from '../../../shared/ids.ts';

/* Paths inside a run directory, its logs included. Pure: nothing is created. */

/** The component logs that every step has. */
const STEP_COMPONENTS = ['orchestrator', 'adapter', 'metrics', 'validator'] as const;

export function runDirectory(runs: string, pipeline: string, run: string): string {
  return join(runs, pipeline, run);
}
export function metadataFile(directory: string): string {
  return join(directory, 'metadata.json');
}
/** Returns the path of the list of files that the run was launched on, one line for each. */
export function inputsFile(directory: string): string {
  return join(directory, 'inputs.ndjson');
}
export function journalFile(directory: string): string {
  return join(directory, 'journal.ndjson');
}
export function metricsFile(directory: string): string {
  return join(directory, 'metrics.json');
}
/** Returns the path of the digests, with one line per output: its size and time shortly after it was made, and a digest of its content. */
export function outputDigestsFile(directory: string): string {
  return join(directory, 'outputs.ndjson');
}
/** Returns the path of the result of the latest check of files and totals. */
export function reconciliationFile(directory: string): string {
  return join(directory, 'reconciliation.json');
}
export function ownerFile(directory: string): string {
  return join(directory, 'owner.json');
}
export function controlFolder(directory: string): string {
  return join(directory, 'control');
}
export function summaryFile(directory: string): string {
  return join(directory, 'logs_summary.txt');
}
export function archiveFile(directory: string): string {
  return join(directory, 'run.tar.gz');
}
/** Returns the path of the archive's state: its size and SHA-256, and whether something was appended since. */
export function archiveStateFile(directory: string): string {
  return join(directory, 'archive.json');
}
/** Returns where a step's outputs go when no folder was given, and always for all but the last step. */
export function stepOutputFolder(directory: string, step: number): string {
  return join(directory, 'outputs', stepFolder(step));
}
/** Returns where an output is that the journal names: absolute, or below the run's directory. */
export function outputPath(directory: string, output: string): string {
  return isAbsolute(output) ? output : join(directory, output);
}
/** Returns the record of a rank, appended by its launchers: pid and exit status of every start. */
export function processRecordFile(directory: string, step: number, worker: string): string {
  return join(directory, 'processes', stepFolder(step), `${worker}.ndjson`);
}
/** Returns the path of a list of files for `{manifest}`. */
export function manifestFile(directory: string, step: number, worker: string, start: number): string {
  return join(directory, 'manifests', stepFolder(step), `${worker}.${start}.txt`);
}

export type StepComponent = (typeof STEP_COMPONENTS)[number];

/** Sources that belong to the whole run and not to a step. */
const RUN_SOURCES = ['run', 'reconciliation'] as const;
type RunSource = (typeof RUN_SOURCES)[number];

/** Every source that can be requested by name. There is also one per worker, `worker_<rank>`. */
export const LOG_SOURCES: readonly string[] = [...STEP_COMPONENTS, ...RUN_SOURCES];

/** Returns whether a text names a log source. Nothing else may become part of a path. */
export function isLogSource(text: string): boolean {
  return LOG_SOURCES.includes(text) || WORKER_ID_PATTERN.test(text);
}

/** Returns whether a source belongs to the whole run, so that it takes no step. */
export function isRunSource(source: string): source is RunSource {
  return (RUN_SOURCES as readonly string[]).includes(source);
}

/** Returns the folder of a run's logs. */
export function logsFolder(runDirectory: string): string {
  return join(runDirectory, 'logs');
}

/** Returns the folder of one step's logs. @param step counted from 1 */
export function stepLogsFolder(runDirectory: string, step: number): string {
  return join(logsFolder(runDirectory), stepFolder(step));
}

/** Returns the log of what a worker printed. */
export function workerLog(runDirectory: string, step: number, rank: number): string {
  return join(stepLogsFolder(runDirectory, step), `${workerId(rank)}.log`);
}

/** Returns the file of a worker's reports. */
export function reportFile(runDirectory: string, step: number, rank: number): string {
  return join(stepLogsFolder(runDirectory, step), `${workerId(rank)}.reports.ndjson`);
}

/** Returns the log of one of our components in one step. */
export function componentLog(runDirectory: string, step: number, component: StepComponent): string {
  return join(stepLogsFolder(runDirectory, step), `${component}.log`);
}

/** Returns the log of what happened before the first step and after the last one. */
export function runLog(runDirectory: string): string {
  return join(logsFolder(runDirectory), 'run.log');
}

/** Returns the log of what the reconciliation found. */
export function reconciliationLog(runDirectory: string): string {
  return join(logsFolder(runDirectory), 'reconciliation.log');
}

/** Returns the file of a source, or null when the text names none. @param step is ignored for a source of the whole run */
export function logSourcePath(runDirectory: string, source: string, step: number): string | null {
  if (!isLogSource(source)) return null;
  const folder = isRunSource(source) ? logsFolder(runDirectory) : stepLogsFolder(runDirectory, step);
  return join(folder, `${source}.log`);
}
