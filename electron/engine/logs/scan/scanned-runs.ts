import type { LogProblem, LogSource } from '../../../../shared/contract/logs.ts';
import { scanWholeLogs } from './scan-whole-logs.ts';

/** Runs whose findings are kept (each a few kB, a few MB where everything goes wrong): more than a person goes to and fro between. */
const RUNS_KEPT = 20;

interface Scanned {
  /** The logs as they were, by path and size. */
  logs: string;
  problems: Promise<LogProblem[]>;
}

/** Finds warnings and errors in the logs of past runs, and reads these again only when they have changed: they may be gigabytes. */
export class ScannedRuns {
  private readonly scan: typeof scanWholeLogs;
  /** By run, the one that was asked for last at the end. */
  private readonly kept = new Map<string, Scanned>();

  constructor(scan = scanWholeLogs) {
    this.scan = scan;
  }

  /** @param sources the run's logs with their present sizes */
  problemsOf(run: string, sources: readonly LogSource[]): Promise<LogProblem[]> {
    const logs = sources.map(({ path, size }) => `${size} ${path}`).join('\n');
    const before = this.kept.get(run);
    const scanned = before?.logs === logs ? before : { logs, problems: this.scan(sources) };
    this.kept.delete(run);
    this.kept.set(run, scanned);
    // What went wrong is tried again by whoever asks next.
    scanned.problems.catch(() => this.forget(run, scanned));
    const [oldest] = this.kept.keys();
    if (this.kept.size > RUNS_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return scanned.problems;
  }

  private forget(run: string, scanned: Scanned): void {
    if (this.kept.get(run) === scanned) this.kept.delete(run);
  }
}
