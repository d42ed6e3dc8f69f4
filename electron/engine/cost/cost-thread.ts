import { parentPort, workerData } from 'node:worker_threads';
import type { CostBatch, CostBatchResult, CostThreadData } from './cost-thread-pool.ts';
import { describeFailure, FileCounter } from './count-file.ts';

/** Counts batches of files, one at a time, until it is ended. */
const { estimator }: CostThreadData = workerData;
const counter = new FileCounter();

async function countBatch({ files }: CostBatch): Promise<CostBatchResult> {
  const result: CostBatchResult = { costs: new Float64Array(files.length).fill(NaN), failures: [] };
  for (const [index, file] of files.entries()) {
    try {
      result.costs[index] = await counter.count(file, estimator);
    } catch (error) {
      result.failures.push({ index, message: describeFailure(file, error) });
    }
  }
  return result;
}

parentPort?.on('message', (batch: CostBatch) => {
  void countBatch(batch).then((result) => parentPort?.postMessage(result, [result.costs.buffer]));
});
