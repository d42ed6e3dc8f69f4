import { constants } from 'node:os';
import type { Ending, ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { readTextEnd } from '../files/open-if-there.ts';

/** What a launcher has recorded of one start so far. */
export interface StartRecord {
  process: ProcessIdentity | null;
  /** The status as the launcher saw it (0..255 for sh); null while the worker runs. */
  status: number | null;
}

/** A record has two lines per start, of less than 300 bytes together. Those of the newest start are in the last bytes. */
const TAIL_BYTES = 1_024;

/**
 * Reads the record of the newest start from the end of a record file. A torn line is ignored.
 * @returns nulls while nothing is recorded or the file does not exist
 */
export function readStartRecord(path: string, start: number): StartRecord {
  const record: StartRecord = { process: null, status: null };
  const opening = `{"start":${start},`;
  for (const line of readTail(path).split('\n').slice(0, -1)) {
    const entry = line.startsWith(opening) ? parseLine(line) : null;
    if (entry === null) continue;
    if (typeof entry['status'] === 'number') record.status = entry['status'];
    else record.process = parseIdentity(entry) ?? record.process;
  }
  return record;
}

/** Returns the highest number of a recorded start; 0 when there is none. */
export function lastRecordedStart(path: string): number {
  const starts = readTail(path)
    .split('\n')
    .flatMap((line) => parseLine(line)?.['start'] ?? []);
  return Math.max(0, ...starts.filter((start) => typeof start === 'number'));
}

/**
 * Returns the status as an exit code or a signal. sh cannot distinguish `exit 137` from SIGKILL, so a status that can mean a signal is taken as that
 * signal.
 * @param hasSignals whether the platform has signals; without them, every status is an exit code
 */
export function endingOf(status: number, hasSignals = true): Ending {
  const signal = hasSignals && status > 128 ? signalName(status - 128) : undefined;
  return signal === undefined ? { exit_code: status, signal: null } : { exit_code: null, signal };
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/** Reads the record from its end: with one process per item it grows by two lines for each. */
function readTail(path: string): string {
  return readTextEnd(path, 0, TAIL_BYTES);
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function parseIdentity(entry: Record<string, unknown>): ProcessIdentity | null {
  const { pid, pgid, start_time, boot_id } = entry;
  if (typeof pid !== 'number' || typeof pgid !== 'number' || typeof start_time !== 'number') return null;
  if (typeof boot_id !== 'string') return null;
  const { pid_namespace, leader_start } = entry;
  return {
    pid,
    pgid,
    start_time,
    boot_id,
    ...(typeof pid_namespace === 'string' ? { pid_namespace } : {}),
    ...(typeof leader_start === 'number' ? { leader_start } : {}),
  };
}
