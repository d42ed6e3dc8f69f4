import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CleanResult } from '../../../shared/contract/records.ts';
import { PIPELINE_NAME_PATTERN } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type FolderSize, fileSize, folderSize } from '../files/folder-size.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { hasWorkers } from '../run-directory/live-workers.ts';
import { isOwned, takeOwnershipToFree } from '../run-directory/owner-file.ts';
import { archiveFile, archiveStateFile } from '../run-directory/paths.ts';
import { folders, listRunPlaces, type RunPlace } from '../run-directory/run-places.ts';
import { setAside } from './delete-run.ts';
import { readRunEntry } from './read-run-entry.ts';

/** Another process may be doing the same deletion. */
const DELETE_TRIES = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface CleanRequest {
  /** The folder of all runs; nothing outside it is touched. */
  runs: string;
  olderThanDays: number;
  /** Only logs and archive; summary, metadata, metrics, journal and outputs stay. */
  logsOnly: boolean;
  /** Report what would be freed and free nothing. */
  dryRun: boolean;
  now: Date;
  /** Shows which owners and workers are alive. */
  table: ProcessTable;
}

/**
 * Deletes runs (or only their logs) that ended or were interrupted longer ago than the requested number of days. Active and damaged runs stay:
 * what cannot be read is not deleted. A run also stays if it has a living owner, or workers that outlived their engine, however long they
 * have been silent. Each run is held while it is cleaned. Symbolic links are removed as links, never followed. If something cannot be
 * deleted, cleaning ends with the reason.
 */
export function cleanRuns(request: CleanRequest): Result<CleanResult, Problem> {
  try {
    return ok(cleanAll(request));
  } catch (error) {
    return err(cannotClean(request.runs, error));
  }
}

/** @throws the file system's error if something cannot be deleted */
function cleanAll(request: CleanRequest): CleanResult {
  const before = request.now.getTime() - request.olderThanDays * DAY_MS;
  if (!request.dryRun) finishOldDeletions(request.runs);
  const cleaned: CleanResult['runs'] = [];
  const unread: CleanResult['unread'] = [];
  for (const place of listRunPlaces(request.runs)) {
    const age = ageOfRun(place, before, request);
    if (age.kind === 'unread') unread.push({ run: place.run, directory: place.directory, why: age.why });
    const bytes = age.kind === 'over' ? clean(place, before, request) : null;
    if (bytes === null || (request.logsOnly && bytes === 0)) continue;
    cleaned.push({ run: place.run, directory: place.directory, bytes });
  }
  return { runs: cleaned, unread, bytes: cleaned.reduce((sum, run) => sum + run.bytes, 0), dryRun: request.dryRun };
}

function cannotClean(runs: string, error: unknown): Problem {
  const why = messageOf(error);
  return problem(
    'data-folder',
    `Not all old runs in ${runs} could be deleted: ${why}.`,
    'Give yourself the right to write there, then clean again; what was deleted before stays deleted.',
  );
}

/** Finishes deletions that were interrupted. */
function finishOldDeletions(runs: string): void {
  for (const pipeline of folders(runs, PIPELINE_NAME_PATTERN)) {
    for (const leftover of folders(join(runs, pipeline), /^\.deleting-/))
      rmSync(join(runs, pipeline, leftover), { recursive: true, force: true, maxRetries: DELETE_TRIES });
  }
}

/** Shows whether a run may be cleaned: over for long enough, still needed, interrupted, or unreadable. */
type RunAge = { kind: 'over' | 'needed' | 'interrupted' } | { kind: 'unread'; why: string };

function ageOfRun(place: RunPlace, before: number, { table }: CleanRequest): RunAge {
  if (isOwned(place.directory, table)) return { kind: 'needed' };
  const age = readEnd(place, before, table);
  if (age.kind !== 'interrupted') return age;
  // The newest file shows when an interrupted run was last active.
  const isOver = folderSize(place.directory).newest <= before && !hasWorkers(place.directory, table);
  return { kind: isOver ? 'over' : 'needed' };
}

function readEnd(place: RunPlace, before: number, table: ProcessTable): RunAge {
  const entry = readRunEntry(place, (directory) => isOwned(directory, table));
  if (entry.status === 'damaged') return { kind: 'unread', why: entry.damage ?? 'damaged' };
  if (entry.ended !== null) return { kind: Date.parse(entry.ended) <= before ? 'over' : 'needed' };
  return { kind: entry.status === 'interrupted' ? 'interrupted' : 'needed' };
}

/** Cleans a run. Returns the freed bytes, or null if an owner took the run at the last moment. */
function clean(place: RunPlace, before: number, request: CleanRequest): number | null {
  const { directory } = place;
  const bytes = request.logsOnly ? logsSize(directory) : folderSize(directory).bytes;
  if (request.dryRun || (request.logsOnly && bytes === 0)) return bytes;
  const taken = takeOwnershipToFree(directory, request.table, 'cleaning');
  if (!taken.ok) {
    if (taken.error.reason === 'data-folder') throw new Error(taken.error.message);
    return null;
  }
  try {
    // The previous owner may have resumed the run.
    const { kind } = readEnd(place, before, request.table);
    const isOver = kind === 'over' || (kind === 'interrupted' && !hasWorkers(directory, request.table));
    if (!isOver) return null;
    if (request.logsOnly) cleanLogs(directory);
    else rmSync(setAside(directory), { recursive: true, force: true, maxRetries: DELETE_TRIES });
    return bytes;
  } finally {
    taken.value.release();
  }
}

function cleanLogs(directory: string): void {
  for (const path of logsAndArchive(directory)) rmSync(path, { recursive: true, force: true });
}

function logsSize(directory: string): number {
  return logsAndArchive(directory).reduce((sum, path) => sum + measure(path).bytes, 0);
}

function logsAndArchive(directory: string): string[] {
  return [...logEntries(join(directory, 'logs')), archiveFile(directory), archiveStateFile(directory)];
}

/** Returns the entries of the logs folder. A link in its place is not followed. */
function logEntries(logs: string): string[] {
  const stats = lstatSync(logs, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? readdirSync(logs).map((name) => join(logs, name)) : [];
}

function measure(path: string): FolderSize {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? folderSize(path) : fileSize(path);
}
