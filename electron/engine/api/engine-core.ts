import { EventEmitter } from 'node:events';
import type { Events } from '../../../shared/contract/events.ts';
import type { Begin } from '../../../shared/contract/launch.ts';
import { RUN_ID_PATTERN } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { DeviceFeed } from '../devices/device-feed.ts';
import { runsFolder } from '../files/data-home.ts';
import { resourcesFolder } from '../files/resources-folder.ts';
import type { OwnerPurpose } from '../launch/headless.ts';
import type { LaunchPlace } from '../launch/prepare-launch.ts';
import { readLeases } from '../leases/device-leases.ts';
import type { NotePlace } from '../leases/notes.ts';
import { ScannedRuns } from '../logs/scan/scanned-runs.ts';
import { ObservedRuns } from '../observe/observed-run.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { prepareRuntime, type RuntimeFolder } from '../processes/runtime-folder.ts';
import { processTable } from '../processes/this-process-table.ts';
import { removeDeadGroups } from '../processes/worker-group.ts';
import { PackedCopies } from '../records/archive/packed-copies.ts';
import { findRun } from '../run-directory/find-run.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { isOwned } from '../run-directory/owner-file.ts';
import { findRunPlace } from '../run-directory/run-places.ts';
import { RunList } from '../run-list/run-list.ts';
import { isEnding, type OwnedRun, ownRun, type SessionRequest } from '../runs/own-run.ts';
import { progressOf } from '../runs/run-session.ts';
import { SettingsWatch } from '../settings/settings-watch.ts';
import type { EngineOptions, OwnedEnd } from './engine-api.ts';
import { Listeners } from './listeners.ts';

/** Events that an engine does not read from a run's files. */
type OwnEvents = 'runProgress' | 'runProblems' | 'settingsChanged';

/** How a run is executed beyond its purpose. */
interface Execution {
  metadata?: Metadata | null;
  overwrite?: boolean;
  begin?: Begin | undefined;
}

/** What all methods of an engine share: its folders, the runs that this process owns, and the listeners. */
export class EngineCore {
  readonly options: EngineOptions;
  readonly table: ProcessTable = processTable();
  readonly resources = resourcesFolder();
  /** The runs that this process owns, by id. */
  readonly owned = new Map<string, OwnedRun>();
  /** Emits runs that end in this process. */
  readonly endings = new EventEmitter<{ ended: [OwnedEnd] }>();
  /** Samples of all devices, as long as a client watches them. */
  readonly deviceFeed: DeviceFeed;
  readonly runList: RunList;
  readonly observed: ObservedRuns;
  readonly scannedRuns = new ScannedRuns();
  /** Notices settings that another process has changed. */
  readonly settingsWatch: SettingsWatch;
  /** Unpacked copies of packed logs. */
  readonly packedCopies: PackedCopies;
  private readonly listeners = new Listeners();
  private preparedRuntime: RuntimeFolder | undefined;
  /** True while this process is about to end: it takes no more runs. */
  ending = false;

  constructor(options: EngineOptions) {
    this.options = options;
    this.deviceFeed = new DeviceFeed(options.env, () => readLeases(this.leasePlace));
    this.packedCopies = new PackedCopies(options.home);
    this.runList = new RunList({
      home: options.home,
      runs: this.runs,
      isOwned: this.isOwned,
      ownState: (run) => this.owned.get(run)?.session.state ?? null,
    });
    this.settingsWatch = new SettingsWatch(options.home, (report) => this.notifyAll('settingsChanged', report));
    this.observed = new ObservedRuns({
      onProgress: (run, progress) => this.listeners.push('runProgress', { run, progress }),
      onProblems: (run, problems) => this.listeners.push('runProblems', { run, problems }),
    });
  }

  get runs(): string {
    return runsFolder(this.options.home);
  }

  /** Returns what the preparation of a launch needs. */
  launchPlace(): Result<LaunchPlace, Problem> {
    const { home, env } = this.options;
    const runtime = this.runtime();
    if (!runtime.ok) return runtime;
    const { resources, isOwned, table } = this;
    return ok({ home, env, resources, runtime: runtime.value, isOwned, table });
  }

  /** Where runs tell each other which devices they have. */
  get leasePlace(): NotePlace {
    const { home, env } = this.options;
    return { home, env, table: this.table };
  }

  /** Returns the script that keeps the engine of a queued run going; null where there is none. */
  keeper(): string | null {
    const runtime = this.runtime();
    return runtime.ok ? runtime.value.keeper : null;
  }

  /** Whether a live process owns the run in a directory. */
  readonly isOwned = (directory: string): boolean => isOwned(directory, this.table);

  /** Finds the run that a text names. */
  find(text: string, prefer: 'newest' | 'active' = 'newest'): Result<{ run: string; directory: string }, Problem> {
    return findRun({ runs: this.runs, text, prefer, isActive: this.isOwned });
  }

  /** Notifies all clients of this engine. */
  notifyAll<Name extends OwnEvents>(name: Name, payload: Parameters<Events[Name]>[0]): void {
    this.listeners.push(name, payload);
  }

  /** Subscribes to events of this process that are in no journal. @returns unsubscribes */
  subscribe(listener: Pick<Partial<Events>, OwnEvents>): () => void {
    return this.listeners.add(listener);
  }

  /** Takes a run and executes it in this process. */
  async own(
    directory: string,
    purpose: OwnerPurpose,
    items: readonly string[],
    execution: Execution = {},
  ): Promise<Result<OwnedRun, Problem>> {
    if (this.ending) return err(isEnding());
    return this.execute(directory, purpose, items, { ...execution, isWanted: () => !this.ending });
  }

  /** Takes back a run that could not be handed over, whether or not this process is about to end. */
  takeBack(directory: string): Promise<Result<OwnedRun, Problem>> {
    return this.execute(directory, 'adopt', []);
  }

  private async execute(
    directory: string,
    purpose: OwnerPurpose,
    items: readonly string[],
    execution: Execution & Pick<SessionRequest, 'isWanted'> = {},
  ): Promise<Result<OwnedRun, Problem>> {
    const { home, env, onWaiting } = this.options;
    const runtime = this.runtime();
    if (!runtime.ok) return runtime;
    const owned = await ownRun(
      {
        directory,
        home,
        purpose,
        table: this.table,
        runtime: runtime.value,
        env,
        metadata: execution.metadata ?? undefined,
        overwrite: execution.overwrite ?? false,
        begin: execution.begin,
        isWanted: execution.isWanted,
        onWaiting,
      },
      items,
    );
    if (owned.ok) this.keep(owned.value);
    return owned;
  }

  /** Stops all runs that this process owns and takes no more. Resolves when they have ended. A second call with `force` kills the workers. */
  async stopOwned(request: { force: boolean; by: string }): Promise<void> {
    this.ending = true;
    const all = [...this.owned.values()];
    for (const { session } of all) session.stop(request);
    await Promise.all(all.map(({ ended }) => ended.catch(() => undefined)));
  }

  /** Returns the runtime folder. It is made at the first use, because most commands do not need it. */
  private runtime(): Result<RuntimeFolder, Problem> {
    const { home } = this.options;
    try {
      if (this.preparedRuntime === undefined) {
        this.preparedRuntime = prepareRuntime(home, this.resources);
        removeDeadGroups((run) => this.isDead(run));
      }
      return ok(this.preparedRuntime);
    } catch (error) {
      return err(cannotPrepare(home, error));
    }
  }

  /** Whether a run lies in this data folder and no process works on it. */
  private isDead(run: string): boolean {
    const place = RUN_ID_PATTERN.test(run) ? findRunPlace(this.runs, run) : null;
    return place !== null && !this.isOwned(place.directory);
  }

  private keep(owned: OwnedRun): void {
    const { session } = owned;
    const { run } = session;
    this.owned.set(run, owned);
    session.findings.on('progress', (progress) => this.listeners.push('runProgress', { run, progress }));
    session.findings.on('problems', (problems) => this.listeners.push('runProblems', { run, problems }));
    const remove = (): void => {
      this.owned.delete(run);
      void this.runList.refresh();
    };
    owned.ended.then((status) => {
      remove();
      if (status !== null) this.endings.emit('ended', { ...progressOf(session), status });
    }, remove);
    void this.runList.refresh();
  }
}

/** A full or read-only disk, or a folder of somebody else. */
function cannotPrepare(home: string, error: unknown): Problem {
  const message = messageOf(error);
  return problem(
    'data-folder',
    `The data folder ${home} cannot take the launcher and the workers: ${message}.`,
    'Free space or give yourself the right to write there, or choose another data folder with DROVER_HOME.',
  );
}
