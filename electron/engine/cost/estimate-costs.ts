import { availableParallelism } from 'node:os';
import { commandCost, substituteFile } from './command-cost.ts';
import { CostEstimate, type CostRequest, type EstimatedCosts } from './cost-estimate.ts';
import type { CostFile } from './cost-file.ts';
import { countInThreads } from './cost-thread-pool.ts';
import type { ContentEstimator } from './create-counter.ts';
import { type Batch, makeBatches } from './make-batches.ts';

/**
 * Estimates what each file costs, from the cache where it has not changed. A file that cannot be read becomes a problem, the others go
 * on. Throws only when the signal says so.
 */
export async function estimateCosts(request: CostRequest): Promise<EstimatedCosts> {
  const { files, estimator } = request;
  if (estimator === 'bytes')
    return {
      costs: Float64Array.from({ length: files.length }, (_, place) => files.at(place)?.size ?? 0),
      problems: [],
    };
  const estimate = new CostEstimate(request);
  const missing = await estimate.takeFromCache();
  if (typeof estimator === 'string') await countContents(estimate, estimator, missing);
  else await runCommands(estimate, estimator.command, missing);
  return estimate.result();
}

async function countContents(estimate: CostEstimate, estimator: ContentEstimator, missing: number[]): Promise<void> {
  const { files, threads, signal } = estimate.request;
  await countInThreads<Batch>({
    estimator,
    batches: makeBatches(files, missing),
    filesOf: ({ indices }) => indices.map((index) => files.at(index)?.file ?? ''),
    threads,
    signal,
    onResult: (batch, result) => estimate.takeResult(batch.indices, result),
  });
}

async function runCommands(
  estimate: CostEstimate,
  command: readonly string[],
  missing: readonly number[],
): Promise<void> {
  const lane = async (queue: IterableIterator<number>): Promise<void> => {
    for (const index of queue) await runCommand(estimate, command, index);
  };
  const queue = missing.values();
  const lanes = Math.min(estimate.request.threads ?? availableParallelism(), missing.length);
  await Promise.all(Array.from({ length: lanes }, () => lane(queue)));
}

async function runCommand(estimate: CostEstimate, command: readonly string[], index: number): Promise<void> {
  const { files, signal, workingDirectory = process.cwd(), commandFor = substituteFile } = estimate.request;
  const { file } = files.at(index) as CostFile;
  signal?.throwIfAborted();
  const answer = await commandCost(commandFor(command, file), { file, workingDirectory, signal });
  estimate.takeResult(
    [index],
    'cost' in answer
      ? { costs: Float64Array.of(answer.cost), failures: [] }
      : { costs: Float64Array.of(NaN), failures: [{ index: 0, message: answer.message }] },
  );
}
