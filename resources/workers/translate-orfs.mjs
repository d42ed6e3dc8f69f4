/** Queue worker of the pipeline `viral-features`: translates chunks in all six frames and keeps the frames without a stop. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { atomicOutput, reportProgress } from './drover-worker.mjs';
import { openLog, processItems } from './process-items.mjs';
import { readDna } from './viral/read-sequences.mjs';
import { openFrames } from './viral/translate-frames.mjs';

/** Keeps the file from being empty, which would count as missing; readers of FASTA skip such lines. */
const NOTHING_FOUND = '; no reading frame without a stop codon\n';

const { positionals } = parseArgs({ allowPositionals: true });
await processItems({ log: openLog('translate-orfs'), files: positionals, suffix: '.faa', work: translateFile });

/** @param {string} file @param {string} output */
async function translateFile(file, output) {
  /** @type {string[]} */
  const lines = [];
  let sequences = 0;
  await readDna(
    file,
    (id, letters) => {
      sequences += 1;
      for (const { frame, protein } of openFrames(letters)) lines.push(`>${id}${frame}\n${protein}\n`);
    },
    (done, total) => reportProgress(file, done, total),
  );
  const whole = atomicOutput(output);
  writeFileSync(whole.temporary, lines.length === 0 ? NOTHING_FOUND : lines.join(''), 'latin1');
  whole.commit();
  const said = `${sequences} chunks, ${lines.length} open frames`;
  return { outputs: [output], metrics: { sequences, proteins: lines.length }, said };
}
