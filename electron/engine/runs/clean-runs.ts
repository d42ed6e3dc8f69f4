import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CleanResult } from '../../../shared/contract/records.ts';
import { PIPELINE_NAME_PATTERN } from '../../../shared/ids.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type IsOwned, readRunEntry } from '../run-list/read-run-entry.ts';
import { setAside } from './delete-run.ts';
import { type FolderSize, fileSize, folderSize } from './folder-size.ts';
import { archiveFile, archiveStateFile } from './run-directory.ts';
import { folders, listRunPlaces, type RunPlace } from './run-places.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface CleanRequest {
  /** The folder of all runs; nothing outside it is touched. */
  runs: string;
  olderThanDays: number;
  /** Only logs and archive; summary, metadata, metrics, journal and outputs stay. */
  logsOnly: boolean;
  /** Say what would be freed and free nothing. */
  dryRun: boolean;
  now: Date;
  /** True for a run that has a living owner: such a run is never touched. */
  isOwned: IsOwned;
  /** True for a run whose workers outlived their engine: neither is such a run, however long they have been silent. */
  hasWorkers: (directory: string) => boolean;
}

/**
 * Frees the disk of runs that ended, or were interrupted, longer ago than asked. Active and damaged runs stay: what
 * cannot be read is not deleted. Symbolic links are removed as links, never followed. What cannot be deleted ends it, with the reason.
 */
export function cleanRuns(request: CleanRequest): Result<CleanResult, Problem> {
  try {
    return ok(cleanAll(request));
  } catch (error) {
    return err(cannotClean(request.runs, error));
  }
}

/** @throws the file system's error when something cannot be deleted */
function cleanAll(request: CleanRequest): CleanResult {
  const before = request.now.getTime() - request.olderThanDays * DAY_MS;
  if (!request.dryRun) finishOldDeletions(request.runs);
  const cleaned: CleanResult['runs'] = [];
  for (const place of listRunPlaces(request.runs)) {
    if (!isOver(place, before, request)) continue;
    const bytes = clean(place, request);
    if (bytes === null || (request.logsOnly && bytes === 0)) continue;
    cleaned.push({ run: place.run, directory: place.directory, bytes });
  }
  return { runs: cleaned, bytes: cleaned.reduce((sum, run) => sum + run.bytes, 0), dryRun: request.dryRun };
}

function cannotClean(runs: string, error: unknown): Problem {
  const said = error instanceof Error ? error.message : String(error);
  return problem(
    'data-folder',
    `Not all old runs in ${runs} could be deleted: ${said}.`,
    'Give yourself the right to write there, then clean again; what was deleted before stays deleted.',
  );
}

/** A deletion that was cut off is carried through. */
function finishOldDeletions(runs: string): void {
  for (const pipeline of folders(runs, PIPELINE_NAME_PATTERN)) {
    for (const leftover of folders(join(runs, pipeline), /^\.deleting-/)) {
      rmSync(join(runs, pipeline, leftover), { recursive: true, force: true });
    }
  }
}

function isOver(place: RunPlace, before: number, { isOwned, hasWorkers }: CleanRequest): boolean {
  const entry = readRunEntry(place, isOwned);
  if (entry.status === 'damaged' || isOwned(place.directory)) return false;
  if (entry.ended !== null) return Date.parse(entry.ended) <= before;
  // The newest file tells when an interrupted run was last alive.
  return entry.status === 'interrupted' && folderSize(place.directory).newest <= before && !hasWorkers(place.directory);
}

/** The bytes freed, or null when the run was taken by an owner at the last moment. */
function clean(place: RunPlace, request: CleanRequest): number | null {
  return request.logsOnly ? cleanLogs(place.directory, request.dryRun) : cleanRun(place, request);
}

function cleanRun(place: RunPlace, request: CleanRequest): number | null {
  const bytes = folderSize(place.directory).bytes;
  if (request.dryRun) return bytes;
  const doomed = setAside(place.directory, request.isOwned);
  if (doomed === null) return null;
  rmSync(doomed, { recursive: true, force: true });
  return bytes;
}

function cleanLogs(directory: string, dryRun: boolean): number {
  const doomed = [...logEntries(join(directory, 'logs')), archiveFile(directory), archiveStateFile(directory)];
  const bytes = doomed.reduce((sum, path) => sum + measure(path).bytes, 0);
  if (!dryRun) for (const path of doomed) rmSync(path, { recursive: true, force: true });
  return bytes;
}

/** What lies in the logs folder; a link in its place is not followed. */
function logEntries(logs: string): string[] {
  const stats = lstatSync(logs, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? readdirSync(logs).map((name) => join(logs, name)) : [];
}

function measure(path: string): FolderSize {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? folderSize(path) : fileSize(path);
}
