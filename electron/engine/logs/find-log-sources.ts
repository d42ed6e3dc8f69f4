import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LogSource } from '../../../shared/contract/logs.ts';
import { isLogSource, logsFolder, reconciliationLog, runLog } from '../run-directory/paths.ts';

const STEP_FOLDER = /^step_(\d{3,})$/;

/** A file or folder that may hold logs and cannot be read; `source` is null for a folder of logs. */
interface UnreadableLogs {
  source: string | null;
  step: number | null;
  message: string;
}

/** The logs of a run, and where there may be more that cannot be read. */
export interface LogsFound {
  logs: LogSource[];
  unreadable: UnreadableLogs[];
}

/** Finds the logs that a run has now: those of the run first, then by step, workers in the order of their ranks; and what could not be read. */
export function findLogs(directory: string): LogsFound {
  const found: LogsFound = { logs: [], unreadable: [] };
  addLog(found, 'run', null, runLog(directory));
  addLog(found, 'reconciliation', null, reconciliationLog(directory));
  const steps = namesIn(found, null, logsFolder(directory)).flatMap((name) => {
    const step = STEP_FOLDER.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), folder: join(logsFolder(directory), name) }];
  });
  steps.sort((a, b) => a.step - b.step);
  for (const { step, folder } of steps) addStep(found, step, folder);
  return found;
}

function addStep(found: LogsFound, step: number, folder: string): void {
  const names = namesIn(found, step, folder).flatMap((file) => {
    const name = file.endsWith('.log') ? file.slice(0, -'.log'.length) : '';
    return isLogSource(name) ? [name] : [];
  });
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  for (const name of names) addLog(found, name, step, join(folder, `${name}.log`));
}

/** Adds a log. A link is not a log: in a run folder that came from elsewhere it could lead to any file of the reader. */
function addLog(found: LogsFound, source: string, step: number | null, path: string): void {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) found.logs.push({ source, step, path, size: stats.size });
  } catch (error) {
    addUnreadable(found, { source, step, message: String(error) });
  }
}

function namesIn(found: LogsFound, step: number | null, folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    addUnreadable(found, { source: null, step, message: String(error) });
    return [];
  }
}

/** Adds an unreadable place. A missing one hides nothing. */
function addUnreadable(found: LogsFound, { source, step, message }: UnreadableLogs): void {
  if (!/\b(?:ENOENT|ENOTDIR)\b/.test(message)) found.unreadable.push({ source, step, message });
}
