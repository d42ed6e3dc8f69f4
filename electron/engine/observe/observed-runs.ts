import type { LiveProgress } from '../../../shared/contract/events.ts';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { ObservedRun } from './observed-run.ts';

interface ObservedRunsTarget {
  onProgress: (run: string, progress: LiveProgress) => void;
  onProblems: (run: string, problems: LogProblem[]) => void;
}

interface Shared {
  observed: ObservedRun;
  /** How many look at it. */
  count: number;
}

/** The runs of other processes that clients of this one look at: each is observed once, whoever looks. */
export class ObservedRuns {
  private readonly target: ObservedRunsTarget;
  private readonly runs = new Map<string, Shared>();

  constructor(target: ObservedRunsTarget) {
    this.target = target;
  }

  /** Begins to observe a run, or joins in. @returns what is known by now, and ends it */
  observe(run: string, directory: string): { observed: ObservedRun; end: () => void } {
    const shared = this.runs.get(run) ?? { observed: this.begin(run, directory), count: 0 };
    this.runs.set(run, shared);
    shared.count += 1;
    return { observed: shared.observed, end: () => this.leave(run, shared) };
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    const all = [...this.runs.values()];
    this.runs.clear();
    await Promise.all(all.map(({ observed }) => observed.close()));
  }

  private begin(run: string, directory: string): ObservedRun {
    return new ObservedRun({
      directory,
      onProgress: (progress) => this.target.onProgress(run, progress),
      onProblems: (problems) => this.target.onProblems(run, problems),
    });
  }

  private leave(run: string, shared: Shared): void {
    shared.count -= 1;
    if (shared.count > 0 || this.runs.get(run) !== shared) return;
    this.runs.delete(run);
    void shared.observed.close();
  }
}
