import { type Stats, statSync } from 'node:fs';
import { listArchiveMembers } from '../records/archive-members.ts';
import { archiveStateFile, journalFile, metadataFile } from '../run-directory/paths.ts';

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
