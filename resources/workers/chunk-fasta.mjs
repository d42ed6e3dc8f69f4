/** Queue worker of the pipeline `viral-features`: cuts the sequences of FASTA or FASTQ files into chunks of equal length. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { atomicOutput, reportProgress } from './drover-worker.mjs';
import { EXIT_USAGE, openLog, processItems } from './process-items.mjs';
import { chunkSequence } from './viral/chunk-sequence.mjs';
import { readDna } from './viral/read-sequences.mjs';

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
  /** @type {string[]} */
  const lines = [];
  let sequences = 0;
  await readDna(
    file,
    (id, letters) => {
      sequences += 1;
      for (const chunk of chunkSequence(id, letters, size)) lines.push(`>${chunk.id}\n${chunk.letters}\n`);
    },
    (done, total) => reportProgress(file, done, total),
  );
  const whole = atomicOutput(output);
  writeFileSync(whole.temporary, lines.join(''), 'latin1');
  whole.commit();
  const said = `${sequences} sequences, ${lines.length} chunks`;
  return { outputs: [output], metrics: { sequences, chunks: lines.length }, said };
}
