/** Queue worker of the pipeline `viral-features`: translates chunks in all six frames and keeps the frames without a stop. */
import { parseArgs } from 'node:util';
import {
  EXIT_USAGE,
  leftOutMetrics,
  openLog,
  processItems,
  readSequenceOptions,
  SEQUENCE_OPTIONS,
} from './process-items.mjs';
import { rewriteDna } from './viral/rewrite-dna.mjs';
import { openFrames } from './viral/translate-frames.mjs';

/** Prevents an empty file, which would count as missing; readers of FASTA skip such lines. */
const NOTHING_FOUND = '; no reading frame without a stop codon\n';

const { values, positionals } = parseArgs({ options: SEQUENCE_OPTIONS, allowPositionals: true });
const reading = readSequenceOptions(values);
if ('text' in reading) {
  process.stderr.write(`Usage: translate-orfs.mjs [--ids first-word|whole-header] [FILE...]\n${reading.text}`);
  process.exitCode = EXIT_USAGE;
} else {
  await processItems({
    log: openLog('translate-orfs'),
    files: positionals,
    suffix: '.faa',
    work: (file, output) => translateFile(file, output, reading),
  });
}

/** @param {string} file @param {string} output @param {import('./viral/read-dna.mjs').ReadingOptions} options */
async function translateFile(file, output, options) {
  const { sequences, made, leftOut, warnings } = await rewriteDna(file, output, proteinsOf, {
    nothing: NOTHING_FOUND,
    reading: options,
  });
  const metrics = { sequences, proteins: made, ...leftOutMetrics(leftOut) };
  return { outputs: [output], metrics, said: `${sequences} chunks, ${made} open frames`, warnings };
}

/** @param {string} id @param {Buffer} letters */
function* proteinsOf(id, letters) {
  for (const { frame, protein } of openFrames(letters.toString('latin1')))
    yield { id: `${id}${frame}`, letters: protein };
}
