import type { CostEstimator } from '../../../shared/pipeline.ts';
import type { Counter } from './counter.ts';
import { FastaResidueCounter, FastaSequenceCounter } from './fasta-counters.ts';
import { FastqCounter } from './fastq-counters.ts';
import { LineCounter, RecordCounter } from './line-counters.ts';
import { SequenceFileCounter } from './sequence-file-counter.ts';

/** The estimators that read a file's content. */
export type ContentEstimator = Exclude<CostEstimator, 'bytes' | { command: string[] }>;

const one = (): number => 1;
const residues = (length: number): number => length;
/** Attention compares every residue of a sequence with every other. */
const attention = (length: number): number => length * length;

const MAKERS: Record<ContentEstimator, () => Counter> = {
  lines: () => new LineCounter(),
  'jsonl-records': () => new RecordCounter(),
  'fasta-sequences': () =>
    new SequenceFileCounter({ fasta: () => new FastaSequenceCounter(), fastq: () => new FastqCounter(one) }),
  'fasta-residues': () =>
    new SequenceFileCounter({
      fasta: () => new FastaResidueCounter(residues),
      fastq: () => new FastqCounter(residues),
    }),
  'fasta-attention': () =>
    new SequenceFileCounter({
      fasta: () => new FastaResidueCounter(attention),
      fastq: () => new FastqCounter(attention),
    }),
};

/** A counter for one file. */
export function createCounter(estimator: ContentEstimator): Counter {
  return MAKERS[estimator]();
}
