import { atomicOutput, reportProgress } from '../drover-worker.mjs';
import { BlockWriter } from '../kmer/block-writer.mjs';
import { readDna } from './read-dna.mjs';

const LINE_END = Buffer.from('\n');

/**
 * Writes the results for each sequence of a FASTA or FASTQ file as a FASTA file, sequence by sequence.
 * @param {string} file
 * @param {string} output
 * @param {(id: string, letters: Buffer) => Iterable<{ id: string, letters: string | Buffer }>} make
 * @param {{ nothing?: string, reading?: import('./read-dna.mjs').ReadingOptions }} [options] `nothing` is written when nothing was made of any
 */
export async function rewriteDna(file, output, make, { nothing = '', reading = {} } = {}) {
  const whole = atomicOutput(output);
  let writer = null;
  try {
    const target = new BlockWriter(whole.temporary);
    writer = target;
    let [sequences, written] = [0, 0];
    const found = await readDna(
      file,
      (id, letters) => {
        sequences += 1;
        for (const made of make(id, letters)) {
          written += 1;
          target.write(Buffer.from(`>${made.id}\n`));
          target.write(typeof made.letters === 'string' ? Buffer.from(made.letters) : made.letters);
          target.write(LINE_END);
        }
      },
      (done, total) => reportProgress(file, done, total),
      reading,
    );
    if (written === 0) target.write(Buffer.from(nothing));
    target.flush();
    writer = null;
    target.close();
    whole.commit();
    return { sequences, made: written, ...found };
  } catch (error) {
    writer?.close();
    whole.discard();
    throw error;
  }
}
