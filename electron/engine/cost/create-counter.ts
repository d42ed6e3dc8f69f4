// What workers read files of sequences by, so that costs are counted by the very same rules.
import { SequenceCounter } from '../../../resources/workers/sequences/sequence-counter.mjs';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import type { Counter } from './counter.ts';
import { LineCounter, RecordCounter } from './line-counters.ts';

/** The estimators that read a file's content. */
export type ContentEstimator = Exclude<CostEstimator, 'bytes' | { command: string[] }>;

const residues = (letters: number): number => letters;
/** Attention compares every residue of a sequence with every other. */
const attention = (letters: number): number => letters * letters;

const MAKERS: Record<ContentEstimator, () => Counter> = {
  lines: () => new LineCounter(),
  'jsonl-records': () => new RecordCounter(),
  'fasta-sequences': () => new SequenceCounter(null),
  'fasta-residues': () => new SequenceCounter(residues),
  'fasta-attention': () => new SequenceCounter(attention),
};

/** A counter for one file. */
export function createCounter(estimator: ContentEstimator): Counter {
  return MAKERS[estimator]();
}
