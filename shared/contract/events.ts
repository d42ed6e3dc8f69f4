import type { RunEvent } from '../run/run-events.ts';
import type { RunStatus } from '../run/run-status.ts';
import type { RunListChange } from './history.ts';
import type { LogProblem } from './logs.ts';
import type { DevicesSampled } from './machine.ts';
import type { SettingsReport } from './settings.ts';

/** Progress inside items and devices that is not in the journal: what the live display needs besides the events. */
export interface LiveProgress {
  workers: {
    step: number;
    rank: number;
    file: string | null;
    /** Progress inside the file, from reports or from a tqdm-style line; null when unknown. */
    done: number | null;
    total: number | null;
    /** Whether its process was found on the device it was given; null while unknown. */
    on_device: boolean | null;
  }[];
  devices: {
    uuid: string | null;
    kind: string;
    index: number;
    /** Percent. */
    utilization: number | null;
    /** Bytes. */
    memory_used: number | null;
    memory_total: number | null;
    /** Degrees Celsius. */
    temperature: number | null;
    /** Watts. */
    power: number | null;
  }[];
}

/** The progress of a preview of a launch: files found so far, then how many of them are costed. */
export interface PreviewProgress {
  found: number;
  costed: number;
  /** null until all files are found. */
  total: number | null;
}

/** The events that the engine pushes to a client that watches. */
export interface Events {
  runEvents(push: { run: string; events: RunEvent[] }): void;
  runProgress(push: { run: string; progress: LiveProgress }): void;
  runProblems(push: { run: string; problems: LogProblem[] }): void;
  logGrown(push: { run: string; source: string; step: number | null; size: number }): void;
  runEnded(push: { run: string; status: RunStatus }): void;
  /** Only to clients that watch devices. */
  devicesSampled(push: DevicesSampled): void;
  /** To all clients. */
  settingsChanged(push: SettingsReport): void;
  runsChanged(push: RunListChange): void;
  previewProgress(push: { preview: string; progress: PreviewProgress }): void;
}

/** The names of all events, so that both ends can iterate over them. */
const EVENTS: Record<keyof Events, true> = {
  runEvents: true,
  runProgress: true,
  runProblems: true,
  logGrown: true,
  runEnded: true,
  devicesSampled: true,
  settingsChanged: true,
  runsChanged: true,
  previewProgress: true,
};
export const EVENT_NAMES = Object.keys(EVENTS) as (keyof Events)[];
