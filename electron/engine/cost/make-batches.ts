import type { Sequence } from '../../../shared/items/sequence.ts';
import type { CostFile } from './cost-file.ts';
import { BATCH_FILES } from './limits.ts';

/** Bytes per message to a cost thread; a larger file is a batch of its own. */
const BATCH_BYTES = 64 * 1024 * 1024;

/** Files that are counted together. */
export interface Batch {
  /** Their places in the request's files. */
  indices: number[];
  bytes: number;
}

/** Neighbours in one batch, since their folders are; the largest batches first, so that the threads end together. */
export function makeBatches(files: Sequence<CostFile>, indices: readonly number[]): Batch[] {
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
