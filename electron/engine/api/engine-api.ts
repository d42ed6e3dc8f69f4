import type { Events } from '../../../shared/contract/events.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { Environment } from '../files/data-home.ts';
import type { OwnerPurpose } from '../launch/headless.ts';
import type { OwnedProgress } from '../runs/run-session.ts';
import type { EnvironmentOrigin } from '../settings/login-environment.ts';

/** What a front door gives the engine. */
export interface EngineOptions {
  /** The data directory, absolute. */
  home: string;
  env: Environment;
  /**
   * How a headless engine is started for `--detach`: program and arguments, to which `engine-host --run ID --purpose …` is appended.
   */
  headless: readonly [program: string, ...args: string[]];
  /** How the environment came about, where it is not simply the process's own. */
  environment?: EnvironmentOrigin | undefined;
  /** Tells a person what is waited for, where somebody sits at the door. */
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
  /** Ends what the client watches, follows and searches; it is told nothing any more. */
  close(): void;
}

/** The engine as a front door sees it: the contract's methods, its events, and an orderly end. */
export interface Engine extends Methods {
  /**
   * A client of its own beside others: it gets the whole history of each run that it watches, and events of nothing else.
   * @param listener gets what the engine pushes to this client
   */
  openClient(listener: Partial<Events>): ClientSession;
  /** Listens to what is watched by this engine's own `watchRun` and `followLog`; returns how to end it. */
  subscribe(listener: Partial<Events>): () => void;
  /**
   * Runs a run whose folder is there until it ends: what the headless engine does.
   * @returns why it was not taken, as when another engine was there first
   */
  ownRun(request: {
    run: string;
    purpose: OwnerPurpose;
    items: readonly string[];
    overwrite: boolean;
  }): Promise<Result<void, Problem>>;
  /** Runs that this process owns now. */
  ownedRuns(): string[];
  /** How far the runs are that this process owns now; cheap enough to be asked every second. */
  ownedProgress(): OwnedProgress[];
  /** Tells of every run that ends in this process. @returns ends it */
  onRunEnded(listener: (end: OwnedEnd) => void): () => void;
  /**
   * Stops all runs that this process owns, in order or (force) at once, and takes no more from then on: for a process that is to end.
   * Resolves when they have ended.
   */
  stopOwnedRuns(request: { force: boolean; by: string }): Promise<void>;
  /**
   * Gives every run that this process owns to a headless engine, which adopts the living workers: nothing is ended and nothing begins again.
   * Takes no more runs from then on. A run that cannot be given away is kept.
   * @returns what could not be given away, and why; the engine then takes runs again
   */
  handOverOwnedRuns(): Promise<Problem[]>;
  /** Stops watching, closes threads and caches. Owned runs must have ended or been stopped before. */
  close(): Promise<void>;
}
