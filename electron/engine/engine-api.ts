import type { Events, Methods } from '../../shared/contract.ts';
import type { Environment } from './data-home.ts';

/** What a front door gives the engine. */
export interface EngineOptions {
  /** The data directory, absolute. */
  home: string;
  env: Environment;
  /**
   * How a headless engine is started for `--detach`: program and arguments, to which `engine-host --run ID --purpose …` is appended.
   */
  headless: readonly [program: string, ...args: string[]];
  /** The command line of the person, for the record; null from the window. */
  commandLine: readonly string[] | null;
}

/** Why an engine process takes a run. */
export type HostPurpose = 'run' | 'resume' | 'retry';

/** The engine as a front door sees it: the contract's methods, its events, and an orderly end. */
export interface Engine extends Methods {
  /** Listens to what the engine pushes; returns how to end it. */
  subscribe(listener: Partial<Events>): () => void;
  /** Runs a run whose folder is there until it ends: what the headless engine does. */
  hostRun(request: { run: string; purpose: HostPurpose; items: readonly string[] }): Promise<void>;
  /** Runs that this process owns now. */
  ownedRuns(): string[];
  /** Stops watching, closes threads and caches. Owned runs must have ended or been stopped before. */
  close(): Promise<void>;
}
