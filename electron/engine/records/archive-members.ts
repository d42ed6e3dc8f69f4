import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the archive: its path in it, with `/`, and its size when the list was made. */
export interface ArchiveMember {
  path: string;
  /** Bytes. */
  size: number;
}

/** The name of the summary in the archive and beside it. */
export const SUMMARY_MEMBER = 'logs_summary.txt';
const RECORDS = [
  'inputs.ndjson',
  'journal.ndjson',
  SUMMARY_MEMBER,
  'metadata.json',
  'metrics.json',
  'outputs.ndjson',
  'reconciliation.json',
];
const LOGS = 'logs';

/**
 * The files that an archive of a run directory holds, sorted by path. Only regular files in real folders: links, sockets
 * and FIFOs are left out, so nothing outside the directory gets in.
 */
export function listArchiveMembers(directory: string): ArchiveMember[] {
  return [...RECORDS.flatMap((name) => regularFile(directory, name)), ...filesBelow(directory, LOGS)].sort(byPath);
}

/** By code units, so that the order is the same on every machine. */
function byPath(a: ArchiveMember, b: ArchiveMember): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function regularFile(directory: string, path: string): ArchiveMember[] {
  const stats = lstatSync(join(directory, path), { throwIfNoEntry: false });
  return stats?.isFile() === true ? [{ path, size: stats.size }] : [];
}

function filesBelow(directory: string, folder: string): ArchiveMember[] {
  const stats = lstatSync(join(directory, folder), { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return [];
  return readdirSync(join(directory, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(directory, path) : regularFile(directory, path);
  });
}
