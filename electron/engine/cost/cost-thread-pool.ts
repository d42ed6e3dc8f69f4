import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../processes/threads.ts';
import type { ContentEstimator } from './count-file.ts';

/** More threads than this would wait for the disk rather than for the processor. */
const MAX_THREADS = 8;

/** The work of the threads. */
export interface CostWork<Batch> {
  estimator: ContentEstimator;
  batches: readonly Batch[];
  /** Returns the paths of a batch; called when its turn comes, so that not all paths are in memory. */
  filesOf: (batch: Batch) => string[];
  /** At most this many threads; by default one per core, up to MAX_THREADS. */
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
  onResult: (batch: Batch, result: CostBatchResult) => void;
}

/**
 * Counts batches in threads: each takes the next batch when it has finished one. All threads are ended in any case.
 * @throws when the signal is aborted, or when a thread fails, which is a bug
 */
export async function countInThreads<Batch>(work: CostWork<Batch>): Promise<void> {
  const wanted = work.threads ?? Math.min(availableParallelism(), MAX_THREADS);
  const queue = work.batches.values();
  const stopping = new AbortController();
  const signal = work.signal === undefined ? stopping.signal : AbortSignal.any([work.signal, stopping.signal]);
  const threads = Array.from({ length: Math.min(wanted, work.batches.length) }, () => runThread(work, queue, signal));
  try {
    await Promise.all(threads);
  } finally {
    stopping.abort();
    await Promise.allSettled(threads);
  }
}

async function runThread<Batch>(work: CostWork<Batch>, queue: Iterator<Batch>, signal: AbortSignal): Promise<void> {
  const data: CostThreadData = { estimator: work.estimator };
  const thread = startThread('cost-thread', import.meta.dirname, { workerData: data });
  try {
    for (let next = queue.next(); next.done !== true; next = queue.next())
      work.onResult(next.value, await countBatch(thread, work.filesOf(next.value), signal));
  } finally {
    await thread.terminate();
  }
}

async function countBatch(thread: Worker, files: string[], signal: AbortSignal): Promise<CostBatchResult> {
  // Waits before sending, so that the answer cannot arrive in between; an error of the thread rejects the wait.
  const answer = once(thread, 'message', { signal });
  thread.postMessage({ files } satisfies CostBatch);
  const [result]: CostBatchResult[] = await answer;
  if (result === undefined) throw new Error('A cost thread answered with nothing');
  return result;
}

/** The data that a cost thread gets at its start. */
export interface CostThreadData {
  estimator: ContentEstimator;
}

/** Files for a cost thread, in one message. */
export interface CostBatch {
  files: string[];
}

/** The answer of a cost thread to a batch: one cost per file, NaN when the file failed. */
export interface CostBatchResult {
  costs: Float64Array<ArrayBuffer>;
  failures: { index: number; message: string }[];
}
