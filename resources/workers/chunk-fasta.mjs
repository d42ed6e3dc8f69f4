/** Queue worker of the pipeline `viral-features`: cuts the sequences of FASTA or FASTQ files into chunks of equal length. */
import { parseArgs } from 'node:util';
import { EXIT_USAGE, openLog, processItems } from './process-items.mjs';
import { chunkSequence } from './viral/chunk-sequence.mjs';
import { rewriteDna } from './viral/rewrite-dna.mjs';

const { values, positionals } = parseArgs({
  options: { size: { type: 'string', default: '500' } },
  allowPositionals: true,
});
const size = Number(values.size);
if (Number.isInteger(size) && size > 0) {
  await processItems({ log: openLog('chunk-fasta'), files: positionals, suffix: '.chunks.fa', work: chunkFile });
} else {
  process.stderr.write(
    `Usage: chunk-fasta.mjs [--size BASES] [FILE...]\n--size must be a whole number from 1 on, found: ${values.size}\n`,
  );
  process.exitCode = EXIT_USAGE;
}

/** @param {string} file @param {string} output */
async function chunkFile(file, output) {
  const { sequences, made } = await rewriteDna(file, output, (id, letters) => chunkSequence(id, letters, size));
  return { outputs: [output], metrics: { sequences, chunks: made }, said: `${sequences} sequences, ${made} chunks` };
}
