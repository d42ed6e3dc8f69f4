import type { CostFile } from './cost-file.ts';
import type { CostBatch } from './cost-messages.ts';
import { BATCH_BYTES, BATCH_FILES } from './limits.ts';

/** A batch that knows where its files stand. */
export interface Batch extends CostBatch {
  /** Places in the request's files. */
  indices: number[];
  bytes: number;
}

/** Neighbours in one batch, since their folders are; the largest batches first, so that the threads end together. */
export function makeBatches(files: readonly CostFile[], indices: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  let open: Batch | null = null;
  for (const index of indices) {
    const { file, size } = files[index] as CostFile;
    if (open === null || open.files.length >= BATCH_FILES || open.bytes + size > BATCH_BYTES) {
      open = { files: [], indices: [], bytes: 0 };
      batches.push(open);
    }
    open.files.push(file);
    open.indices.push(index);
    open.bytes += size;
  }
  return batches.sort((a, b) => b.bytes - a.bytes);
}
