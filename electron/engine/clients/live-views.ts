import type { Events, LiveProgress, LogProblem } from '../../../shared/contract/events.ts';
import type { EngineCore } from '../methods/engine-core.ts';
import { tell } from './listeners.ts';

/** What one client sees live of the runs that it watches, besides their journals: of its own process or of another one. */
export class LiveViews {
  private readonly core: EngineCore;
  private readonly listener: Partial<Events>;
  private readonly ends = new Map<string, () => void>();

  constructor(core: EngineCore, listener: Partial<Events>) {
    this.core = core;
    this.listener = listener;
  }

  /** Tells what was said before this client came; what comes is then told to all who watch the run. */
  begin(run: string): void {
    const session = this.core.hosted.get(run)?.session;
    if (session === undefined) this.observe(run);
    else this.tellAll(run, session.progress(), [...session.problems.values()]);
  }

  end(run: string): void {
    this.ends.get(run)?.();
    this.ends.delete(run);
  }

  close(): void {
    for (const run of this.ends.keys()) this.end(run);
  }

  private observe(run: string): void {
    const found = this.core.find(run);
    if (!found.ok) return;
    const { observed, end } = this.core.observed.observe(run, found.value.directory);
    this.end(run);
    this.ends.set(run, end);
    this.tellAll(run, observed.progress(), observed.problems());
  }

  private tellAll(run: string, progress: LiveProgress, problems: LogProblem[]): void {
    tell(this.listener, 'runProgress', { run, progress });
    if (problems.length > 0) tell(this.listener, 'runProblems', { run, problems });
  }
}
