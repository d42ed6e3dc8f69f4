import { join } from 'node:path';
import type { Bench } from './bench-context.ts';
import { writeLargeFile } from './inputs.ts';

const BYTES = 1e9;
const QUICK_BYTES = 100e6;
/** Records that differ; repeated, as no compressor looks so far back. */
const DIFFERENT_RECORDS = 20_000;
const LINE_LETTERS = 60;
const MOST_LINES = 10;

/** A large FASTA file, always the same: lines of 60 letters, 1 to 10 per sequence. @returns its path */
export async function makeFasta(bench: Bench): Promise<{ path: string; bytes: number }> {
  const bytes = bench.quick ? QUICK_BYTES : BYTES;
  bench.doing(`making ${bytes / 1e9} GB of FASTA`);
  const path = join(bench.folder('fasta'), 'large.fa');
  const random = randomNumbers();
  const records = Array.from({ length: DIFFERENT_RECORDS }, (_, index) => record(index, random));
  await writeLargeFile(path, bytes, (index) => records[index % DIFFERENT_RECORDS] ?? '');
  return { path, bytes };
}

function record(index: number, random: () => number): string {
  const lines = Array.from({ length: 1 + (random() % MOST_LINES) }, () =>
    Array.from({ length: LINE_LETTERS }, () => 'ACGT'[random() & 3]).join(''),
  );
  return `>sequence_${index} length=${lines.length * LINE_LETTERS}\n${lines.join('\n')}\n`;
}

/** Xorshift of 32 bits: the same numbers on every machine. */
function randomNumbers(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
