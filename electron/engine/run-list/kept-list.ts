import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import type { RunKey } from './run-key.ts';

/** Raised when entries are read otherwise, so that older ones are not taken. */
const KEPT_VERSION = 2;

/** An entry as it is kept. Where its run lies is not: it is whatever folder the run is found in. */
export interface KeptRun {
  key: RunKey;
  entry: Omit<RunListEntry, 'run' | 'pipeline' | 'directory'>;
}

/** Where the list is kept, by pipeline and run. It only saves time. */
function keptListFile(home: string): string {
  return join(home, 'cache', 'run-list.json');
}

/** The kept list by `pipeline/run`. One that is missing, damaged or of another version is empty: the runs are then read anew. */
export function readKeptList(home: string): Map<string, KeptRun> {
  try {
    const value: unknown = JSON.parse(readFileSync(keptListFile(home), 'utf8'));
    return isKeptList(value) ? new Map(Object.entries(value.runs).filter(([, kept]) => isKeptRun(kept))) : new Map();
  } catch {
    return new Map();
  }
}

/** Keeps a list for the next start. Where that is impossible (a full disk, a folder of somebody else), the next start takes longer. */
export function keepList(home: string, runs: ReadonlyMap<string, KeptRun>): void {
  try {
    makeFolders(dirname(keptListFile(home)), PRIVATE_FOLDER);
    writeFileAtomic(keptListFile(home), JSON.stringify({ version: KEPT_VERSION, runs: Object.fromEntries(runs) }));
  } catch {
    // See above.
  }
}

function isKeptList(value: unknown): value is { runs: Record<string, KeptRun> } {
  if (!isObject(value) || value['version'] !== KEPT_VERSION) return false;
  return isObject(value['runs']);
}

/** Checked by hand: a schema would take longer than reading the runs saves. */
function isKeptRun(value: unknown): value is KeptRun {
  if (!isObject(value)) return false;
  const { key, entry } = value;
  if (!isObject(key) || typeof key['journal'] !== 'string' || typeof key['records'] !== 'string') return false;
  if (!isObject(entry) || typeof entry['status'] !== 'string' || !isObject(entry['items'])) return false;
  return (
    ['name', 'created', 'ended', 'damage'].every((name) => isTextOrNull(entry[name])) &&
    ['total', 'complete', 'failed'].every(
      (name) => typeof (entry['items'] as Record<string, unknown>)[name] === 'number',
    ) &&
    Array.isArray(entry['devices']) &&
    entry['devices'].every((device) => isObject(device) && typeof device['name'] === 'string')
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
