import type { Events } from '../../../shared/contract.ts';
import { type Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { runsFolder } from '../data-home.ts';
import type { EngineOptions, HostPurpose } from '../engine-api.ts';
import { isOwned } from '../ownership/owner-file.ts';
import { type ProcessTable, processTable } from '../processes/process-table.ts';
import { prepareRuntime, type RuntimeFolder } from '../processes/runtime-folder.ts';
import type { Metadata } from '../records/metadata-schema.ts';
import { resourcesFolder } from '../resources-folder.ts';
import { findRun } from '../runs/find-run.ts';
import type { HostedRun } from '../runs/host-run.ts';
import { hostRun } from '../runs/host-run.ts';
import type { LaunchPlace } from '../runs/prepare-launch.ts';

type Listener = Partial<Events>;

/** What all methods of an engine share: where things are, which runs this process owns, who listens. */
export class EngineCore {
  readonly options: EngineOptions;
  readonly table: ProcessTable = processTable();
  readonly resources = resourcesFolder();
  readonly hosted = new Map<string, HostedRun>();
  private readonly listeners = new Set<Listener>();
  private preparedRuntime: RuntimeFolder | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  get runs(): string {
    return runsFolder(this.options.home);
  }

  /** The runtime folder; made at the first use, as most commands do not need it. */
  get runtime(): RuntimeFolder {
    this.preparedRuntime ??= prepareRuntime(this.options.home, this.resources);
    return this.preparedRuntime;
  }

  get launchPlace(): LaunchPlace {
    const { home, env } = this.options;
    return { home, env, resources: this.resources, runtime: this.runtime };
  }

  /** Whether a live process owns the run in a directory. */
  readonly isOwned = (directory: string): boolean => isOwned(directory, this.table);

  /** The run that a text means. */
  find(text: string, prefer: 'newest' | 'active' = 'newest'): Result<{ run: string; directory: string }, Problem> {
    return findRun({ runs: this.runs, text, prefer, isActive: this.isOwned });
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Pushes an event to whoever listens. */
  push<Name extends keyof Events>(name: Name, payload: Parameters<Events[Name]>[0]): void {
    for (const listener of this.listeners) {
      const receive = listener[name] as ((push: Parameters<Events[Name]>[0]) => void) | undefined;
      receive?.(payload);
    }
  }

  /** Takes a run and conducts it in this process. */
  host(
    directory: string,
    purpose: HostPurpose,
    items: readonly string[],
    metadata?: Metadata,
  ): Result<HostedRun, Problem> {
    const { home, env } = this.options;
    const hosted = hostRun(
      { directory, home, purpose, table: this.table, runtime: this.runtime, env, metadata },
      items,
    );
    if (hosted.ok) this.keep(hosted.value);
    return hosted;
  }

  private keep(hosted: HostedRun): void {
    const { session } = hosted;
    const { run } = session;
    this.hosted.set(run, hosted);
    session.on('progress', (progress) => this.push('runProgress', { run, progress }));
    session.on('problems', (problems) => this.push('runProblems', { run, problems }));
    const forget = (): void => {
      this.hosted.delete(run);
    };
    hosted.ended.then(forget, forget);
  }
}
