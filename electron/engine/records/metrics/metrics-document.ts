import type { LogProblem } from '../../../../shared/contract/logs.ts';
import type { DeviceRef } from '../../../../shared/device.ts';
import type { ItemCounts } from '../../../../shared/run/run-events.ts';
import type { Counters, Tokens } from '../../../../shared/run/tokens.ts';

/** Is raised when a reader of the old format would misread the new one. */
export const METRICS_VERSION = 1;

/** Totals of a device's samples over the run. A value is null if the device's tool does not report it. */
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
  /** Number of samples in the mean. */
  utilization_samples: number;
}

/** Work that was done: items by their final state, and the time of all attempts. */
export interface Work {
  complete: number;
  failed: number;
  /** Cost of the complete items, in the unit of the step's estimator. */
  cost: number;
  /** Seconds in which items were processed, whatever the result of the attempts. */
  busy_seconds: number;
  /** Busy seconds / available time; null before anything ran. */
  busy_share: number | null;
  tokens: Tokens;
  /** Requests to a model that the tokens belong to. */
  requests: number;
  /** Sums of the counters in the reports. */
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
  /** Cost per second of `item_seconds`: the speed of this device at this step; null before anything ran. */
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
  /** Seconds in which an engine worked on the step, without pauses before a resume; null before it started. */
  makespan_seconds: number | null;
  items_per_second: number | null;
  cost_per_second: number | null;
  /** Busy seconds / (ranks × makespan): 1 when every rank worked all the time. The same number as `busy_share`. */
  share_of_ideal: number | null;
  /** Causes of the missing share, as shares of the same whole; null before anything ran. */
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
  /** Sum over the steps, whose units may differ. */
  cost: number;
  busy_seconds: number;
  tokens: Tokens;
  requests: number;
  counters: Counters;
  steps: StepMetrics[];
  devices: DeviceMetrics[];
  /** The most frequent warnings and errors that workers printed, with repeats folded. */
  problems: LogProblem[];
}
