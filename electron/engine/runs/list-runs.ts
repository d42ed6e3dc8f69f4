import { existsSync } from 'node:fs';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import type { RunEvent } from '../../../shared/run-events.ts';
import { totalCounts } from '../../../shared/run-state.ts';
import { visibleStatus } from '../../../shared/run-status.ts';
import { readJournal } from '../journal/read-journal.ts';
import { readJournalEnds } from './journal-ends.ts';
import { journalFile, metadataFile } from './run-directory.ts';
import { listRunPlaces, type RunPlace } from './run-places.ts';

/** Tells whether a living owner has the run in a directory. */
export type IsOwned = (directory: string) => boolean;

/**
 * All runs, newest first. Of an ended run only the first and the last line of its journal are read, so 10,000 runs open
 * at once; only what has not ended is folded. A run that cannot be read is listed as damaged, with the reason.
 */
export function listRuns(request: { runs: string; isOwned: IsOwned }): RunListEntry[] {
  return listRunPlaces(request.runs).map((place) => readRunEntry(place, request.isOwned));
}

/** The list entry of one run. */
export function readRunEntry(place: RunPlace, isOwned: IsOwned): RunListEntry {
  try {
    return read(place, isOwned);
  } catch (error) {
    return damaged(place, `journal.ndjson cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function read(place: RunPlace, isOwned: IsOwned): RunListEntry {
  const path = journalFile(place.directory);
  if (!existsSync(path)) return damaged(place, 'journal.ndjson is missing');
  if (!existsSync(metadataFile(place.directory))) return damaged(place, 'metadata.json is missing');
  const { first, last, size } = readJournalEnds(path);
  if (size === 0) return damaged(place, 'journal.ndjson is empty');
  if (first?.type !== 'run-created') return damaged(place, 'journal.ndjson does not begin with the launch of a run');
  if (first.run !== place.run) return damaged(place, `journal.ndjson belongs to run ${String(first.run)}`);
  return last?.type === 'run-ended' ? ended(place, first, last) : folded(place, path, isOwned);
}

function ended(
  place: RunPlace,
  first: Extract<RunEvent, { type: 'run-created' }>,
  last: Extract<RunEvent, { type: 'run-ended' }>,
): RunListEntry {
  return {
    ...place,
    name: first.name,
    status: last.status,
    created: first.time,
    ended: last.time,
    items: { total: last.items.total, complete: last.items.complete, failed: last.items.failed },
    damage: null,
  };
}

function folded(place: RunPlace, path: string, isOwned: IsOwned): RunListEntry {
  const { state } = readJournal(path);
  const items = totalCounts(state);
  return {
    ...place,
    name: state.name,
    status: visibleStatus(state, isOwned(place.directory)),
    created: state.created,
    ended: state.ended,
    items: { total: items.total, complete: items.complete, failed: items.failed },
    damage: null,
  };
}

function damaged(place: RunPlace, damage: string): RunListEntry {
  return {
    ...place,
    name: null,
    status: 'damaged',
    created: null,
    ended: null,
    items: { total: 0, complete: 0, failed: 0 },
    damage,
  };
}
