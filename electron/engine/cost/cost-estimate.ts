import { setImmediate } from 'node:timers/promises';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import type { CostCache } from './cost-cache.ts';
import type { CostFile, CostProblem } from './cost-file.ts';
import type { CostBatchResult } from './cost-messages.ts';
import { BATCH_FILES } from './limits.ts';

/** What is to be costed. */
export interface CostRequest {
  files: Sequence<CostFile>;
  estimator: CostEstimator;
  /** null: nothing is remembered. */
  cache: CostCache | null;
  /** Threads, or commands at once; by default one per core. */
  threads?: number;
  signal?: AbortSignal | undefined;
  /** Told after each batch how many files are done, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Where a cost command runs; the current folder by default. */
  workingDirectory?: string;
  /** Fills in a cost command's placeholders for a file; by default only `{file}` is known. */
  commandFor?: (command: readonly string[], file: string) => string[];
}

export interface EstimatedCosts {
  /** In the order of the files; 0 for a file with a problem. */
  costs: Float64Array;
  problems: CostProblem[];
}

/** The growing answer to one request. */
export class CostEstimate {
  readonly request: CostRequest;
  readonly #costs: Float64Array;
  readonly #problems: CostProblem[] = [];
  #done = 0;

  constructor(request: CostRequest) {
    this.request = request;
    this.#costs = new Float64Array(request.files.length);
  }

  /** Takes what the cache knows and gives the places of the others; now and then others of the process get a turn. */
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
      if (message !== undefined) this.#problems.push({ index, file: file.file, message });
      else {
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
