import { type Stats, statSync } from 'node:fs';
import type { DeviceCount, RunListEntry } from '../../../shared/contract/runs.ts';
import { readArchiveState } from '../records/archive/archive-state.ts';
import { changesSince } from '../records/archive/read-archive.ts';
import { listArchiveMembers } from '../records/archive/write-tar.ts';
import { type MetadataHead, readMetadataHead } from '../run-directory/metadata-head.ts';
import { archiveStateFile, journalFile, metadataFile } from '../run-directory/paths.ts';

/** What the records beside the journal say of a run. */
export interface RunRecords {
  devices: DeviceCount[];
  archive: RunListEntry['archive'];
  /** When metadata.json says that the run ended; null when it does not. */
  ended: string | null;
  /** What is wrong with metadata.json; null when nothing is. */
  damage: string | null;
}

/** Reads what the list shows of a run besides its journal. */
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

/** What tells whether a run has to be read again: sizes and times of its files. */
export interface RunKey {
  /** Of the journal. */
  journal: string;
  /**
   * Of metadata.json, which somebody may edit in place, and of the folder itself: all other records are replaced by renaming. Where there is an
   * archive also the bytes of what it is made of, as logs can be appended to.
   */
  records: string;
}

/** How the journal of a run stands; `-` when there is none. */
export function journalKey(directory: string): string {
  return stamp(journalFile(directory));
}

/** How the records beside the journal stand. */
export function recordsKey(directory: string): string {
  return `${stamp(metadataFile(directory))} ${look(directory)?.mtimeMs ?? '-'} ${archivedBytes(directory)}`;
}

function archivedBytes(directory: string): number | '-' {
  if (look(archiveStateFile(directory)) === null) return '-';
  return listArchiveMembers(directory).reduce((sum, { size }) => sum + size, 0);
}

function stamp(path: string): string {
  const stats = look(path);
  return stats === null ? '-' : `${stats.size}:${stats.mtimeMs}`;
}

/** What may not be looked at is as good as missing; reading it says why. */
function look(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
