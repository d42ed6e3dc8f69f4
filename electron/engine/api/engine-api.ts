import type { Events } from '../../../shared/contract/events.ts';
import type { Begin } from '../../../shared/contract/launch.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { Environment } from '../files/data-home.ts';
import type { OwnerPurpose } from '../launch/headless.ts';
import type { OwnedProgress } from '../runs/run-session.ts';
import type { EnvironmentOrigin } from '../settings/login-environment.ts';

/** What a front door passes to the engine. */
export interface EngineOptions {
  /** The data directory, absolute. */
  home: string;
  env: Environment;
  /**
   * How a headless engine is started for `--detach`: program and arguments, to which `engine-host --run ID --purpose …` is appended.
   */
  headless: readonly [program: string, ...args: string[]];
  /** Where the environment comes from, if it is not the process's own. */
  environment?: EnvironmentOrigin | undefined;
  /** Reports to a person what the engine waits for; missing where nobody reads it. */
  onWaiting?: ((sentence: string) => void) | undefined;
  /** The command line of the person, for the record; null from the window. */
  commandLine: readonly string[] | null;
}

/** How a run ended that this process owned. */
export interface OwnedEnd extends OwnedProgress {
  status: RunEndStatus;
}

/** Methods whose effect belongs to the client that calls them and ends with it. */
type ClientMethods = Pick<
  Methods,
  | 'watchRun'
  | 'unwatchRun'
  | 'watchRuns'
  | 'unwatchRuns'
  | 'followLog'
  | 'unfollowLog'
  | 'searchLog'
  | 'searchRuns'
  | 'watchDevices'
  | 'unwatchDevices'
  | 'previewLaunch'
  | 'cancelPreview'
  | 'startRun'
>;

/** One client of the engine: a window, a page, a command. */
export interface ClientSession extends ClientMethods {
  /** Ends what the client watches, follows and searches. It gets no more events. */
  close(): void;
}

/** The engine as a front door uses it: the contract's methods, its events, and an orderly end. */
export interface Engine extends Methods {
  /**
   * Opens a client of its own beside others. It gets the whole history of each run that it watches, and events of nothing else.
   * @param listener gets what the engine pushes to this client
   */
  openClient(listener: Partial<Events>): ClientSession;
  /** Subscribes to what this engine's own `watchRun` and `followLog` push. @returns unsubscribes */
  subscribe(listener: Partial<Events>): () => void;
  /**
   * Takes a recorded run and executes it until it ends, as the headless engine does.
   * @returns why it was not taken, for example because another engine owns it
   */
  ownRun(request: {
    run: string;
    purpose: OwnerPurpose;
    items: readonly string[];
    overwrite: boolean;
    begin?: Begin | undefined;
  }): Promise<Result<void, Problem>>;
  /** Runs that this process owns now. */
  ownedRuns(): string[];
  /** Progress of the runs that this process owns now; cheap enough to be called every second. */
  ownedProgress(): OwnedProgress[];
  /** Subscribes to the ends of runs in this process. @returns unsubscribes */
  onRunEnded(listener: (end: OwnedEnd) => void): () => void;
  /**
   * Stops all runs that this process owns, in order or (force) at once, and takes no more: for a process that is about to end.
   * Resolves when they have ended.
   */
  stopOwnedRuns(request: { force: boolean; by: string }): Promise<void>;
  /**
   * Hands over every run that this process owns to a headless engine, which adopts the living workers: no worker is ended or restarted.
   * Takes no more runs from then on. A run that cannot be handed over is kept.
   * @returns why runs could not be handed over; if there are any, the engine takes runs again
   */
  handOverOwnedRuns(): Promise<Problem[]>;
  /** Stops watching, closes threads and caches. Owned runs must have ended or been stopped before. */
  close(): Promise<void>;
}
