import { makeFolders } from '../files/make-folders.ts';
import { type ComponentLog, openComponentLog } from '../logs/component-log.ts';
import { componentLog, logsFolder, runLog, stepLogsFolder } from '../run-directory/paths.ts';
import type { StepLogs } from '../steps/step-setup.ts';

/** Logs may quote private data: only the owner reads them. */
const PRIVATE_MODE = 0o700;

/** Opens the log of a run, for what happens before its first step and after its last. */
export function openRunLog(directory: string, run: string): ComponentLog {
  makeFolders(logsFolder(directory), PRIVATE_MODE);
  return openComponentLog({ path: runLog(directory), component: 'run', run, step: null });
}

/** Opens the four component logs of a step. */
export function openStepLogs(directory: string, run: string, step: number): StepLogs {
  makeFolders(stepLogsFolder(directory, step), PRIVATE_MODE);
  const open = (component: keyof StepLogs): ComponentLog =>
    openComponentLog({ path: componentLog(directory, step, component), component, run, step });
  return {
    orchestrator: open('orchestrator'),
    adapter: open('adapter'),
    metrics: open('metrics'),
    validator: open('validator'),
  };
}

/** Writes out and closes the logs of a step. */
export async function closeStepLogs(logs: StepLogs): Promise<void> {
  await Promise.all([logs.orchestrator.close(), logs.adapter.close(), logs.metrics.close(), logs.validator.close()]);
}
