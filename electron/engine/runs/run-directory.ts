import { isAbsolute, join } from 'node:path';
import { stepFolder } from '../../../shared/ids.ts';

/** Paths inside a run directory; logs have their own file, logs/log-paths.ts. Pure: nothing is created. */

export function runDirectory(runs: string, pipeline: string, run: string): string {
  return join(runs, pipeline, run);
}
export function metadataFile(directory: string): string {
  return join(directory, 'metadata.json');
}
/** The files that the run was launched on, one line for each. */
export function inputsFile(directory: string): string {
  return join(directory, 'inputs.ndjson');
}
export function journalFile(directory: string): string {
  return join(directory, 'journal.ndjson');
}
export function metricsFile(directory: string): string {
  return join(directory, 'metrics.json');
}
/** One line per output: what it was shortly after it was made, and a digest of its content. */
export function outputDigestsFile(directory: string): string {
  return join(directory, 'outputs.ndjson');
}
/** What was found when files and totals were checked last. */
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
/** What is known of the archive beside it: its size and SHA-256, and whether something was appended since. */
export function archiveStateFile(directory: string): string {
  return join(directory, 'archive.json');
}
/** Where a step's outputs go when no folder was given, and always for all but the last step. */
export function stepOutputFolder(directory: string, step: number): string {
  return join(directory, 'outputs', stepFolder(step));
}
/** Where an output lies that the journal names: absolute, or below the run's directory. */
export function outputPath(directory: string, output: string): string {
  return isAbsolute(output) ? output : join(directory, output);
}
/** One file per rank, appended by its launchers: pid and exit status of every start. */
export function processRecordFile(directory: string, step: number, worker: string): string {
  return join(directory, 'processes', stepFolder(step), `${worker}.ndjson`);
}
/** Lists of files for `{manifest}`. */
export function manifestFile(directory: string, step: number, worker: string, start: number): string {
  return join(directory, 'manifests', stepFolder(step), `${worker}.${start}.txt`);
}
