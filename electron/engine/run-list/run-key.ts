import { type Stats, statSync } from 'node:fs';
import { journalFile, metadataFile } from '../runs/run-directory.ts';

/** What tells whether a run has to be read again: sizes and times of its files. */
export interface RunKey {
  /** Of the journal. */
  journal: string;
  /** Of metadata.json, which somebody may edit in place, and of the folder itself: all other records are replaced by renaming. */
  records: string;
}

/** How the journal of a run stands; `-` when there is none. */
export function journalKey(directory: string): string {
  return stamp(journalFile(directory));
}

/** How the records beside the journal stand. */
export function recordsKey(directory: string): string {
  return `${stamp(metadataFile(directory))} ${look(directory)?.mtimeMs ?? '-'}`;
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
