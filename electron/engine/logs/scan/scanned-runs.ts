import type { LogProblem, LogSource } from '../../../../shared/contract/logs.ts';
import { WORKER_ID_PATTERN } from '../../../../shared/ids.ts';
import { LogScanner } from './log-scanner.ts';

/** How many runs' findings are kept (each a few kB, a few MB where everything goes wrong): more than a person switches between. */
const RUNS_KEPT = 20;

interface Scanned {
  /** The logs as they were, by path and size. */
  logs: string;
  problems: Promise<LogProblem[]>;
}

/** Finds warnings and errors in the logs of past runs, and reads them again only when they have changed: they may be gigabytes. */
export class ScannedRuns {
  private readonly scan: typeof scanWholeLogs;
  /** By run; the one that was requested last is at the end. */
  private readonly kept = new Map<string, Scanned>();

  constructor(scan = scanWholeLogs) {
    this.scan = scan;
  }

  /** Returns the problems of a run. @param sources the run's logs with their present sizes */
  problemsOf(run: string, sources: readonly LogSource[]): Promise<LogProblem[]> {
    const logs = sources.map(({ path, size }) => `${size} ${path}`).join('\n');
    const before = this.kept.get(run);
    const scanned = before?.logs === logs ? before : { logs, problems: this.scan(sources) };
    this.kept.delete(run);
    this.kept.set(run, scanned);
    // A failed scan is tried again at the next request.
    scanned.problems.catch(() => this.discard(run, scanned));
    const [oldest] = this.kept.keys();
    if (this.kept.size > RUNS_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return scanned.problems;
  }

  private discard(run: string, scanned: Scanned): void {
    if (this.kept.get(run) === scanned) this.kept.delete(run);
  }
}

/**
 * Returns the warnings and errors in workers' logs as they are now, repeats folded within each log. A log that cannot be read to its end gives what
 * was found.
 * @param sources logs of a run; those that no worker wrote are left out
 */
async function scanWholeLogs(sources: readonly LogSource[]): Promise<LogProblem[]> {
  const logs = sources.flatMap(({ source, step, path, size }) =>
    step !== null && size > 0 && WORKER_ID_PATTERN.test(source) ? [{ id: path, worker: source, step, path }] : [],
  );
  if (logs.length === 0) return [];
  const scanner = new LogScanner({ onFindings: () => undefined });
  try {
    for (const { id, path } of logs) scanner.watch({ id, path, from: 0 });
    const found = await Promise.all(
      logs.map(async ({ id, step, worker }) => {
        const { problems } = await scanner.finish(id);
        return problems.map((one) => ({ step, worker, ...one }));
      }),
    );
    return found.flat();
  } finally {
    await scanner.close();
  }
}
