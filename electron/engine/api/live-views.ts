import type { Events, LiveProgress } from '../../../shared/contract/events.ts';
import type { LogName, LogProblem } from '../../../shared/contract/logs.ts';
import type { RunStatus } from '../../../shared/run/run-status.ts';
import { watchGrowth } from '../logs/growth-watcher.ts';
import type { ObservedRun } from '../observe/observed-run.ts';
import { readObservations } from '../records/metrics/recorded-observations.ts';
import type { EngineCore } from './engine-core.ts';
import { notify } from './listeners.ts';

/** Logs that one client follows at once: a grid of workers and the component logs of a few runs. */
export const FOLLOWED_LOGS_PER_CLIENT = 500;

/** What one client gets live of the runs that it watches, besides their journals: runs of this process or of another one. */
export class LiveViews {
  private readonly core: EngineCore;
  private readonly listener: Partial<Events>;
  private readonly observed = new Map<string, { run: ObservedRun; end: () => void }>();
  /** Runs that were active when this client began to watch them. */
  private readonly begun = new Set<string>();

  constructor(core: EngineCore, listener: Partial<Events>) {
    this.core = core;
    this.listener = listener;
  }

  /** Pushes what is known so far. What comes later is pushed to all clients that watch the run. */
  begin(run: string): void {
    this.begun.add(run);
    const findings = this.core.owned.get(run)?.session.findings;
    if (findings === undefined) this.observe(run);
    else this.push(run, findings.progress(), findings.problems());
  }

  end(run: string): void {
    this.observed.get(run)?.end();
    this.observed.delete(run);
    this.begun.delete(run);
  }

  /**
   * Ends the view of a run that is over, after a last push. What its workers printed last may have been read only by its owner: of a run of
   * another process the problems in its records are pushed as well. A client that watched a run of this process has got all of them.
   */
  over(run: string, status: RunStatus): void {
    const isWatchedWhole = this.begun.has(run) && !this.observed.has(run);
    // The records of an interrupted run may be those of an earlier end.
    const found = isWatchedWhole || status === 'interrupted' ? null : this.core.find(run);
    this.pushLast(run);
    this.end(run);
    const problems = found?.ok === true ? readObservations(found.value.directory).problems : [];
    if (problems.length > 0) notify(this.listener, 'runProblems', { run, problems });
  }

  close(): void {
    for (const run of this.observed.keys()) this.end(run);
  }

  private observe(run: string): void {
    const found = this.core.find(run);
    if (!found.ok) return;
    const { observed, end } = this.core.observed.observe(run, found.value.directory);
    this.observed.get(run)?.end();
    this.observed.set(run, { run: observed, end });
    this.push(run, observed.progress(), observed.problems());
  }

  /** Pushes once more: the last push may have been before the last items ended. */
  private pushLast(run: string): void {
    const observed = this.observed.get(run)?.run;
    if (observed === undefined) return;
    observed.catchUp();
    this.push(run, observed.progress(), observed.problems());
  }

  private push(run: string, progress: LiveProgress, problems: LogProblem[]): void {
    notify(this.listener, 'runProgress', { run, progress });
    if (problems.length > 0) notify(this.listener, 'runProblems', { run, problems });
  }
}

/** A log that is followed: how the client named it, where it is, and which step it belongs to. */
export interface FollowedLog {
  name: LogName;
  path: string;
  step: number | null;
}

/** The logs that one client follows. The size is pushed when a log has grown; the client then reads the bytes. */
export class FollowedLogs {
  private readonly announce: Events['logGrown'];
  private readonly follows = new Map<string, { stop: () => void }>();

  constructor(announce: Events['logGrown']) {
    this.announce = announce;
  }

  /** Follows a log; does nothing when it is followed already. @returns false when the client follows too many */
  follow({ name, path, step }: FollowedLog): boolean {
    const key = keyOf(name);
    if (this.follows.has(key)) return true;
    if (this.follows.size >= FOLLOWED_LOGS_PER_CLIENT) return false;
    const { run, source } = name;
    this.follows.set(
      key,
      watchGrowth(path, (size) => this.announce({ run, source, step, size })),
    );
    return true;
  }

  unfollow(name: LogName): void {
    const key = keyOf(name);
    this.follows.get(key)?.stop();
    this.follows.delete(key);
  }

  close(): void {
    for (const follow of this.follows.values()) follow.stop();
    this.follows.clear();
  }
}

function keyOf({ run, source, step }: LogName): string {
  return `${run} ${step ?? ''} ${source}`;
}
