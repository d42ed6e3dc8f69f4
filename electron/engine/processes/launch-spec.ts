import type { Environment } from '../files/data-home.ts';

/** What it takes to start a launcher and with it a worker. */
export interface LaunchSpec {
  launcher: string;
  /** File that the launcher appends pid and exit status to. */
  record: string;
  start: number;
  /** Path of the FIFO, or name of the pipe, to make, or null when the worker reads nothing. */
  fifo: string | null;
  /** The file that tells the launcher whether an engine is there. */
  owner: string;
  command: readonly string[];
  cwd: string;
  env: Environment;
  /** The worker's log: both its outputs are a descriptor of this file, so that no byte passes through us. */
  logPath: string;
}

/** A launcher that was started. */
export interface Launched {
  pid: number;
  /** Its start time, where it costs nothing to know; null when it has ended already. */
  started: number | null;
  /** Resolves when the launcher itself has ended. */
  ended: Promise<void>;
}
