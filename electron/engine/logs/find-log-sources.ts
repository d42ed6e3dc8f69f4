import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LogSource } from '../../../shared/contract/logs.ts';
import { isLogSource, logsFolder, reconciliationLog, runLog } from './log-paths.ts';

const STEP_FOLDER = /^step_(\d{3,})$/;

/** The logs that a run has now: those of the run first, then by step, workers in the order of their ranks. */
export function findLogSources(directory: string): LogSource[] {
  const ofRun = [
    ...source('run', null, runLog(directory)),
    ...source('reconciliation', null, reconciliationLog(directory)),
  ];
  const steps = namesIn(logsFolder(directory)).flatMap((name) => {
    const step = STEP_FOLDER.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), folder: join(logsFolder(directory), name) }];
  });
  steps.sort((a, b) => a.step - b.step);
  return [...ofRun, ...steps.flatMap(({ step, folder }) => stepSources(step, folder))];
}

function stepSources(step: number, folder: string): LogSource[] {
  const names = namesIn(folder).flatMap((file) => {
    const name = file.endsWith('.log') ? file.slice(0, -'.log'.length) : '';
    return isLogSource(name) ? [name] : [];
  });
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names.flatMap((name) => source(name, step, join(folder, `${name}.log`)));
}

/** A link is no log: in a run folder that came from elsewhere it could lead to any file of whoever looks at it. */
function source(name: string, step: number | null, path: string): LogSource[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? [{ source: name, step, path, size: stats.size }] : [];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
