import type { DeviceCount, RunListEntry } from '../../../shared/contract/runs.ts';
import { readArchiveState } from '../records/archive-state.ts';
import { changesSince } from '../records/verify-archive.ts';
import { type MetadataHead, readMetadataHead } from '../run-directory/metadata-head.ts';
import { metadataFile } from '../run-directory/paths.ts';

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
