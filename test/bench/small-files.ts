import type { Bench } from './bench-context.ts';
import { makeFastaTree } from './inputs.ts';

const COUNT = 100_000;
const QUICK_COUNT = 10_000;

/** A tree with very many small FASTA files, made once for all groups. */
export function smallFiles(bench: Bench): Promise<{ folder: string; count: number }> {
  return bench.once('small-files', async () => {
    const count = bench.quick ? QUICK_COUNT : COUNT;
    bench.doing(`making ${count} small files`);
    const folder = bench.folder('small-files');
    makeFastaTree(folder, count);
    return { folder, count };
  });
}
