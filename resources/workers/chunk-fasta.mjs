/** Queue worker of the pipeline `viral-features`: cuts the sequences of FASTA or FASTQ files into chunks of equal length. */
import { parseArgs } from 'node:util';
import {
  EXIT_USAGE,
  leftOutMetrics,
  openLog,
  processItems,
  readSequenceOptions,
  SEQUENCE_OPTIONS,
} from './process-items.mjs';
import { chunkSequence } from './viral/chunk-sequence.mjs';
import { rewriteDna } from './viral/rewrite-dna.mjs';

const { values, positionals } = parseArgs({
  options: { size: { type: 'string', default: '500' }, ...SEQUENCE_OPTIONS },
  allowPositionals: true,
});
const size = Number(values.size);
const reading = readSequenceOptions(values);
if ('text' in reading) {
  refuse(reading.text);
} else if (Number.isInteger(size) && size > 0) {
  await processItems({
    log: openLog('chunk-fasta'),
    files: positionals,
    suffix: '.chunks.fa',
    work: (file, output) => chunkFile(file, output, reading),
  });
} else {
  refuse(`--size must be a whole number from 1 on, found: ${values.size}\n`);
}

/** @param {string} why */
function refuse(why) {
  process.stderr.write(
    `Usage: chunk-fasta.mjs [--size BASES] [--ids first-word|whole-header] [--check-kind true|false] [FILE...]\n${why}`,
  );
  process.exitCode = EXIT_USAGE;
}

/** @param {string} file @param {string} output @param {import('./viral/read-dna.mjs').ReadingOptions} options */
async function chunkFile(file, output, options) {
  const { sequences, made, leftOut, warnings } = await rewriteDna(
    file,
    output,
    (id, letters) => chunkSequence(id, letters, size),
    { reading: options },
  );
  const metrics = { sequences, chunks: made, ...leftOutMetrics(leftOut) };
  return { outputs: [output], metrics, said: `${sequences} sequences, ${made} chunks`, warnings };
}
