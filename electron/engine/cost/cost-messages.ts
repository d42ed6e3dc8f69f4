import type { ContentEstimator } from './create-counter.ts';

/** What a cost thread is told at its start. */
export interface CostThreadData {
  estimator: ContentEstimator;
}

/** Files for a cost thread, in one message. */
export interface CostBatch {
  files: string[];
}

/** A cost thread's answer to a batch: one cost per file, NaN where the file failed. */
export interface CostBatchResult {
  costs: Float64Array<ArrayBuffer>;
  failures: { index: number; message: string }[];
}
