import type { LogProblem } from '../../../../shared/contract/logs.ts';
import type { DeviceRef } from '../../../../shared/device.ts';
import type { ItemCounts } from '../../../../shared/run/run-events.ts';
import type { Counters, Tokens } from '../../../../shared/run/tokens.ts';

/** Raised when a reader of the old form would misread the new one. */
export const METRICS_VERSION = 1;

/** What the samples of a device came to over the run; null where its tool does not say. */
export interface DeviceUsage {
  kind: DeviceRef['kind'];
  index: number;
  uuid: string | null;
  /** Bytes. */
  peak_memory: number | null;
  /** Percent. */
  mean_utilization: number | null;
  /** Joules. */
  energy: number | null;
  /** Samples that the mean is of. */
  utilization_samples: number;
}

/** What was done: items by their final state, and the time of all attempts. */
export interface Work {
  complete: number;
  failed: number;
  /** Cost of the complete items, in the unit of the step's estimator. */
  cost: number;
  /** Seconds in which items were being worked on, whatever came of the attempts. */
  busy_seconds: number;
  /** Busy seconds / time there was; null before anything ran. */
  busy_share: number | null;
  tokens: Tokens;
  /** Requests to a model that the tokens belong to. */
  requests: number;
  /** What reports counted, added up. */
  counters: Counters;
}

export interface WorkerMetrics extends Work {
  worker: string;
  rank: number;
  device: DeviceRef;
  starts: number;
  /** Complete items per second of the step; null before anything ran. */
  items_per_second: number | null;
  /** Seconds of the attempts that completed an item. */
  item_seconds: number;
  /** Cost per second of these: how fast this device is at this step; null before anything ran. */
  cost_per_busy_second: number | null;
}

export interface StepMetrics extends Work {
  step: number;
  name: string;
  dispatch: string;
  status: string;
  started: string | null;
  ended: string | null;
  items: ItemCounts;
  starts: number;
  /** Attempts after the first, over all items. */
  retries: number;
  /** Seconds in which an engine worked on it, pauses before a resume left out; null before it started. */
  makespan_seconds: number | null;
  items_per_second: number | null;
  cost_per_second: number | null;
  /** Busy seconds / (ranks × makespan): 1 when every rank worked all the time. The same number as `busy_share`. */
  share_of_ideal: number | null;
  /** What cost the rest, as shares of the same whole; null before anything ran. */
  losses: { load: number; imbalance: number; waiting: number } | null;
  workers: WorkerMetrics[];
}

export interface DeviceMetrics extends Work {
  device: DeviceRef;
  starts: number;
  peak_memory: number | null;
  mean_utilization: number | null;
  energy: number | null;
  utilization_samples: number;
}

/** The document of metrics.json. */
export interface RunMetrics {
  version: number;
  run: string;
  pipeline: string;
  status: string;
  started: string | null;
  ended: string | null;
  makespan_seconds: number | null;
  items: ItemCounts;
  /** Added over the steps, whose units may differ. */
  cost: number;
  busy_seconds: number;
  tokens: Tokens;
  requests: number;
  counters: Counters;
  steps: StepMetrics[];
  devices: DeviceMetrics[];
  /** Warnings and errors that workers printed, repeats folded, the most frequent ones. */
  problems: LogProblem[];
}
