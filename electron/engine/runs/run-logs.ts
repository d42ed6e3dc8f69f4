import { bytes } from '../../../shared/format.ts';
import { folderSize } from '../files/folder-size.ts';
import { makeFolders } from '../files/make-folders.ts';
import { type ComponentLog, openComponentLog } from '../logs/component-log.ts';
import { componentLog, logsFolder, runLog, stepLogsFolder } from '../run-directory/paths.ts';
import { parseSize } from '../settings/run-environment.ts';
import type { StepLogs } from '../steps/step-setup.ts';

/** Logs may quote private data: only the owner reads them. */
const PRIVATE_MODE = 0o700;

/** Logs larger than this are reported (bytes): most runs stay far below, and a worker that prints in a loop fills a disk in hours. */
const LOG_BUDGET_BYTES = 10 * 1024 ** 3;

/** How often the logs are measured (milliseconds). It costs a few microseconds per file. */
const LOG_BUDGET_CHECK_MS = 30_000;

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

/**
 * Returns how much the logs of one run may take before a warning, in bytes: `DROVER_LOG_BUDGET` such as `50GiB` if it is a size (`0` for no
 * warning), else the default.
 */
export function logBudget(given: string | undefined): number {
  const size = parseSize(given);
  if (size === null) return LOG_BUDGET_BYTES;
  return size === 0 ? Number.POSITIVE_INFINITY : size;
}

/** Measures a run's logs at intervals, and warns once when they exceed the budget. */
export class LogBudget {
  private readonly directory: string;
  private readonly budget: number;
  private readonly warn: (text: string) => void;
  private readonly timer: NodeJS.Timeout;
  private reported = false;

  constructor(directory: string, budget: number, warn: (text: string) => void) {
    this.directory = directory;
    this.budget = budget;
    this.warn = warn;
    this.timer = setInterval(() => this.check(), LOG_BUDGET_CHECK_MS);
    this.timer.unref();
  }

  /** Measures them now. */
  check(): void {
    if (this.reported || this.budget === Number.POSITIVE_INFINITY) return;
    const size = folderSize(logsFolder(this.directory)).bytes;
    if (size <= this.budget) return;
    this.reported = true;
    this.warn(
      `the logs of this run take ${bytes(size)}, more than the budget of ${bytes(this.budget)}; they cannot be cut while a worker writes ` +
        'them: let it print less, or pack them with "drover archive RUN --pack" once the run has ended',
    );
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
