import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { jsonLine } from '../../../shared/json-line.ts';
import type { Environment } from '../files/data-home.ts';
import { PRIVATE_FILE } from '../files/make-folders.ts';

/** The name under which threads that are started later find the log's path. */
const THREAD_KEY = 'drover:debug-log';

/** The path of the log; null when it was not requested. */
let path = (getEnvironmentData(THREAD_KEY) as string | undefined) ?? null;

/** Opens the debug log. `DROVER_LOG=debug` writes the decisions of this process, and their reasons, into `drover.log` of the data directory. */
export function openDebugLog(home: string, env: Environment): void {
  path = env['DROVER_LOG'] === 'debug' ? join(home, 'drover.log') : null;
  setEnvironmentData(THREAD_KEY, path ?? undefined);
}

/**
 * Adds a line to the debug log; does nothing when that is off. Never throws.
 * @param component what decides: `api`, `admission`, `files`
 * @param fields called only when the log is on
 */
export function debug(component: string, message: string, fields: () => Readonly<Record<string, unknown>>): void {
  if (path === null) return;
  try {
    const { run = null, step = null, worker = null, ...others } = fields();
    const head = { time: new Date().toISOString(), level: 'DEBUG', component, run, step, worker, message };
    const line = { ...head, fields: { pid: process.pid, ...others } };
    // Written at once, so that the last decision before a crash is included.
    appendFileSync(path, `${jsonLine(line)}\n`, { mode: PRIVATE_FILE });
  } catch {
    // A full disk, or a field that JSON cannot represent, must not end a run.
  }
}
