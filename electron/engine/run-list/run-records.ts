import { type Stats, statSync } from 'node:fs';
import type { DeviceCount, RunListEntry } from '../../../shared/contract/runs.ts';
import { readArchiveState } from '../records/archive/archive-state.ts';
import { changesSince } from '../records/archive/read-archive.ts';
import { listArchiveMembers } from '../records/archive/write-tar.ts';
import { type MetadataHead, readMetadataHead } from '../run-directory/metadata-head.ts';
import { archiveStateFile, journalFile, metadataFile } from '../run-directory/paths.ts';

/** The part of a list entry that comes from the records beside the journal. */
export interface RunRecords {
  devices: DeviceCount[];
  archive: RunListEntry['archive'];
  /** When the run ended, according to metadata.json; null if it has not ended. */
  ended: string | null;
  /** What is wrong with metadata.json; null if nothing is wrong. */
  damage: string | null;
}

/** Reads what the list shows of a run from the records beside its journal. */
export function readRunRecords(directory: string): RunRecords {
  const head = readMetadataHead(metadataFile(directory));
  const archive = archiveMark(directory);
  if (!head.ok) return { devices: [], archive, ended: null, damage: `metadata.json ${head.error}` };
  return { devices: countDevices(head.value.devices), archive, ended: head.value.ended, damage: null };
}

function archiveMark(directory: string): RunListEntry['archive'] {
  const state = readArchiveState(directory);
  if (state === null) return 'none';
  return state.stale || changesSince(directory, state).length > 0 ? 'stale' : 'whole';
}

function countDevices(devices: MetadataHead['devices']): DeviceCount[] {
  const counts: DeviceCount[] = [];
  for (const { kind, name } of devices) {
    const same = counts.find((one) => one.kind === kind && one.name === name);
    if (same === undefined) counts.push({ kind, name, count: 1 });
    else same.count += 1;
  }
  return counts;
}

/** Shows whether a run has to be read again: sizes and times of its files. */
export interface RunKey {
  /** Of the journal. */
  journal: string;
  /**
   * Of metadata.json, which a person may edit in place, and of the folder itself: all other records are replaced by renaming. If there is an
   * archive, also the bytes of the files that it is made of, because logs can be appended to.
   */
  records: string;
}

/** Returns size and time of a run's journal, or `-` if there is none. */
export function journalKey(directory: string): string {
  return stamp(journalFile(directory));
}

/** Returns the same for the records beside the journal. */
export function recordsKey(directory: string): string {
  return `${stamp(metadataFile(directory))} ${statOrNull(directory)?.mtimeMs ?? '-'} ${archivedBytes(directory)}`;
}

function archivedBytes(directory: string): number | '-' {
  if (statOrNull(archiveStateFile(directory)) === null) return '-';
  return listArchiveMembers(directory).reduce((sum, { size }) => sum + size, 0);
}

function stamp(path: string): string {
  const stats = statOrNull(path);
  return stats === null ? '-' : `${stats.size}:${stats.mtimeMs}`;
}

/** A file that may not be accessed counts as missing here. Reading it gives the reason. */
function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
