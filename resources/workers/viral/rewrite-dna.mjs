import { writeFileSync } from 'node:fs';
import { atomicOutput, reportProgress } from '../drover-worker.mjs';
import { readDna } from './read-sequences.mjs';

/**
 * Writes what is made of each sequence of a FASTA or FASTQ file as a FASTA file.
 * @param {string} file
 * @param {string} output
 * @param {(id: string, letters: string) => Iterable<{ id: string, letters: string }>} make
 * @param {string} [nothing] is written when nothing was made of any
 */
export async function rewriteDna(file, output, make, nothing = '') {
  /** @type {string[]} */
  const lines = [];
  let sequences = 0;
  await readDna(
    file,
    (id, letters) => {
      sequences += 1;
      for (const made of make(id, letters)) lines.push(`>${made.id}\n${made.letters}\n`);
    },
    (done, total) => reportProgress(file, done, total),
  );
  const whole = atomicOutput(output);
  writeFileSync(whole.temporary, lines.length === 0 ? nothing : lines.join(''), 'latin1');
  whole.commit();
  return { sequences, made: lines.length };
}
