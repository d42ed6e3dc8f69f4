import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { visibleStatus } from '../../../shared/run/run-status.ts';
import { listedTime } from '../../../shared/run/run-time.ts';
import { readJournalEnds } from '../run-directory/journal-ends.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { journalFile } from '../run-directory/paths.ts';
import { JournalFold } from '../run-directory/read-journal.ts';
import type { RunPlace } from '../run-directory/run-places.ts';
import { type RunRecords, readRunRecords } from './run-records.ts';

/** The part of a list entry that comes from the journal. */
type Described = Pick<RunListEntry, 'name' | 'status' | 'created' | 'ended' | 'worked' | 'items' | 'damage'>;

/**
 * Reads the list entry of one run from its files. For an ended run only the first and the last line of its journal are read, so that its
 * size does not matter. Only journals of other runs are folded. A run that cannot be read is damaged, with the reason.
 * @param fold the part of the journal that is already folded
 */
export function readRunEntry(
  place: RunPlace,
  isOwned: IsOwned,
  records: RunRecords = readRunRecords(place.directory),
  fold: JournalFold = new JournalFold(),
): RunListEntry {
  const described = describeJournal(place, records, isOwned, fold);
  const { devices, archive } = records;
  const status = records.damage === null ? described.status : 'damaged';
  return { ...place, ...described, status, damage: described.damage ?? records.damage, devices, archive, bytes: null };
}

/** Makes the list entry of a run that this process owns. */
export function entryOfState(place: RunPlace, state: RunState, records: RunRecords): RunListEntry {
  const { devices, archive } = records;
  return { ...place, ...describeState(state, true), devices, archive, bytes: null };
}

function describeJournal(place: RunPlace, records: RunRecords, isOwned: IsOwned, fold: JournalFold): Described {
  try {
    return readJournalFile(place, records, isOwned, fold);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return damaged('journal.ndjson is missing');
    return damaged(`journal.ndjson cannot be read: ${messageOf(error)}`);
  }
}

function readJournalFile(place: RunPlace, records: RunRecords, isOwned: IsOwned, fold: JournalFold): Described {
  const path = journalFile(place.directory);
  const { first, last, size } = readJournalEnds(path);
  if (size === 0) return damaged('journal.ndjson is empty');
  if (first?.type !== 'run-created') return damaged('journal.ndjson does not begin with the launch of a run');
  if (first.run !== place.run) return damaged(`journal.ndjson belongs to run ${String(first.run)}`);
  if (last?.type === 'run-ended') return describeEnds(first, last);
  fold.advance(path);
  const owned = isOwned(place.directory);
  const described = describeState(fold.state, owned);
  return !owned && isCutOff(fold, records) ? { ...described, damage: CUT_OFF } : described;
}

/** Such a run can be resumed: a journal is valid wherever it is cut off. */
const CUT_OFF = 'journal.ndjson stops before the end that metadata.json tells of: its last part is missing';

/** Returns whether a journal lost its end. A run that was resumed after its end has later events; a journal that was cut off has none. */
function isCutOff({ state, lastTime }: JournalFold, { ended }: RunRecords): boolean {
  return ended !== null && state.ended === null && lastTime !== null && lastTime < ended;
}

function describeEnds(
  first: Extract<RunEvent, { type: 'run-created' }>,
  last: Extract<RunEvent, { type: 'run-ended' }>,
): Described {
  const { total, complete, failed } = last.items;
  return {
    name: first.name,
    status: last.status,
    created: first.time,
    ended: last.time,
    worked: last.seconds === undefined ? null : { seconds: last.seconds, begun: null },
    items: { total, complete, failed },
    damage: null,
  };
}

function describeState(state: RunState, owned: boolean): Described {
  const { total, complete, failed } = totalCounts(state);
  return {
    name: state.name,
    status: visibleStatus(state, owned),
    created: state.created,
    ended: state.ended,
    worked: listedTime(state, owned),
    items: { total, complete, failed },
    damage: null,
  };
}

function damaged(damage: string): Described {
  return {
    name: null,
    status: 'damaged',
    created: null,
    ended: null,
    worked: null,
    items: { total: 0, complete: 0, failed: 0 },
    damage,
  };
}
