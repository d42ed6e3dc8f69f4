import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import { commandCost, substituteFile } from './command-cost.ts';
import type { CostCache } from './cost-cache.ts';
import type { CostFile, CostProblem } from './cost-file.ts';
import { type CostBatchResult, countInThreads } from './cost-thread-pool.ts';
import type { ContentEstimator } from './count-file.ts';

/** Files per message to a cost thread: enough to make messages cheap, few enough that threads end at about the same time. */
const BATCH_FILES = 500;

/** Bytes per message to a cost thread; a larger file is a batch of its own. */
const BATCH_BYTES = 64 * 1024 * 1024;

/**
 * Estimates the cost of each file, from the cache when it has not changed. A file that cannot be read becomes a problem, and the others are
 * still processed. Throws only when the signal is aborted.
 */
export async function estimateCosts(request: CostRequest): Promise<EstimatedCosts> {
  const { files, estimator } = request;
  if (estimator === 'bytes') {
    return {
      costs: Float64Array.from({ length: files.length }, (_, place) => files.at(place)?.size ?? 0),
      problems: [],
    };
  }
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

/** The request for the costs of some files. */
interface CostRequest {
  files: Sequence<CostFile>;
  estimator: CostEstimator;
  /** null: costs are not stored. */
  cache: CostCache | null;
  /** The number of threads, or of parallel commands; by default one per core. */
  threads?: number;
  signal?: AbortSignal | undefined;
  /** Called after each batch with the number of files done and in all. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** The working directory of a cost command; the current folder by default. */
  workingDirectory?: string;
  /** Fills in the placeholders of a cost command for a file; by default only `{file}` is known. */
  commandFor?: (command: readonly string[], file: string) => string[];
}

interface EstimatedCosts {
  /** In the order of the files; 0 for a file with a problem. */
  costs: Float64Array;
  problems: CostProblem[];
}

/** The estimate for one request while it is being made. */
class CostEstimate {
  readonly request: CostRequest;
  readonly #costs: Float64Array;
  readonly #problems: CostProblem[] = [];
  #done = 0;

  constructor(request: CostRequest) {
    this.request = request;
    this.#costs = new Float64Array(request.files.length);
  }

  /** Takes the costs that the cache has and returns the indices of the other files; yields to the event loop now and then. */
  async takeFromCache(): Promise<number[]> {
    const { files, estimator, cache, signal } = this.request;
    const missing: number[] = [];
    for (let from = 0; from < files.length; from += BATCH_FILES) {
      await setImmediate();
      signal?.throwIfAborted();
      const known = cache?.find(part(files, from, BATCH_FILES), estimator) ?? [];
      for (let index = from; index < Math.min(from + BATCH_FILES, files.length); index++) {
        const cost = known[index - from] ?? null;
        if (cost === null) missing.push(index);
        else this.#costs[index] = cost;
      }
    }
    this.#progress(files.length - missing.length);
    return missing;
  }

  takeResult(indices: readonly number[], result: CostBatchResult): void {
    const failed = new Map(result.failures.map((failure) => [failure.index, failure.message]));
    const counted: { file: CostFile; cost: number }[] = [];
    for (const [place, index] of indices.entries()) {
      const file = this.request.files.at(index) as CostFile;
      const message = failed.get(place);
      const cost = result.costs[place] ?? NaN;
      if (message !== undefined) {
        this.#problems.push({ index, file: file.file, message });
      } else {
        this.#costs[index] = cost;
        counted.push({ file, cost });
      }
    }
    if (counted.length > 0) this.request.cache?.store(counted, this.request.estimator);
    this.#progress(indices.length);
  }

  result(): EstimatedCosts {
    return { costs: this.#costs, problems: this.#problems.sort((a, b) => a.index - b.index) };
  }

  #progress(done: number): void {
    if (done === 0) return;
    this.#done += done;
    this.request.onProgress?.(this.#done, this.request.files.length);
  }
}

function part<T>(values: Sequence<T>, from: number, most: number): T[] {
  const length = Math.min(most, values.length - from);
  return Array.from({ length }, (_, place) => values.at(from + place) as T);
}

/** Files that are counted together. */
interface Batch {
  /** Their indices in the files of the request. */
  indices: number[];
  bytes: number;
}

/** Makes batches of neighbouring files, which share folders. The largest come first, so that the threads end at about the same time. */
function makeBatches(files: Sequence<CostFile>, indices: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  let open: Batch | null = null;
  for (const index of indices) {
    const size = files.at(index)?.size ?? 0;
    if (open === null || open.indices.length >= BATCH_FILES || open.bytes + size > BATCH_BYTES) {
      open = { indices: [], bytes: 0 };
      batches.push(open);
    }
    open.indices.push(index);
    open.bytes += size;
  }
  return batches.sort((a, b) => b.bytes - a.bytes);
}
