/** Queue worker of the pipeline `viral-features`: translates chunks in all six frames and keeps the frames without a stop. */
import { parseArgs } from 'node:util';
import { openLog, processItems } from './process-items.mjs';
import { rewriteDna } from './viral/rewrite-dna.mjs';
import { openFrames } from './viral/translate-frames.mjs';

/** Keeps the file from being empty, which would count as missing; readers of FASTA skip such lines. */
const NOTHING_FOUND = '; no reading frame without a stop codon\n';

const { positionals } = parseArgs({ allowPositionals: true });
await processItems({ log: openLog('translate-orfs'), files: positionals, suffix: '.faa', work: translateFile });

/** @param {string} file @param {string} output */
async function translateFile(file, output) {
  const { sequences, made } = await rewriteDna(file, output, proteinsOf, NOTHING_FOUND);
  const said = `${sequences} chunks, ${made} open frames`;
  return { outputs: [output], metrics: { sequences, proteins: made }, said };
}

/** @param {string} id @param {string} letters */
function* proteinsOf(id, letters) {
  for (const { frame, protein } of openFrames(letters)) yield { id: `${id}${frame}`, letters: protein };
}
