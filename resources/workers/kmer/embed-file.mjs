import { atomicOutput } from '../drover-worker.mjs';
import { BlockWriter } from './block-writer.mjs';
import { KmerCounter } from './kmer-counter.mjs';
import { NpyWriter } from './npy-writer.mjs';
import { scanSequences } from './scan-sequences.mjs';

/**
 * Embeds every sequence of a file: a `.npy` of float32 with a row of canonical k-mer frequencies per sequence, and beside it an
 * `.ids.txt` with a line per sequence. Both appear when they are whole; after an error there is neither.
 * @param {{ file: string, output: string, k: number, onProgress?: (done: number, total: number) => void }} request
 */
export async function embedFile({ file, output, k, onProgress = () => {} }) {
  const idsPath = `${output.replace(/\.npy$/, '')}.ids.txt`;
  const [rowsOutput, idsOutput] = [atomicOutput(output), atomicOutput(idsPath)];
  try {
    const counts = await writeEmbeddings({ file, k, onProgress, rows: rowsOutput.temporary, ids: idsOutput.temporary });
    // The rows come last: whoever sees them finds their ids as well.
    idsOutput.commit();
    rowsOutput.commit();
    return { ...counts, outputs: [output, idsPath] };
  } catch (error) {
    rowsOutput.discard();
    idsOutput.discard();
    throw error;
  }
}

/** @param {{ file: string, k: number, onProgress: (done: number, total: number) => void, rows: string, ids: string }} request */
async function writeEmbeddings({ file, k, onProgress, rows, ids }) {
  const counter = new KmerCounter(k);
  const rowsFile = new NpyWriter(rows, counter.dimension);
  const idsFile = new BlockWriter(ids);
  try {
    await scanSequences(file, makeSink(counter, rowsFile, idsFile), onProgress);
    rowsFile.finish();
    idsFile.flush();
    return { sequences: rowsFile.rows, bases: counter.bases };
  } finally {
    rowsFile.close();
    idsFile.close();
  }
}

/**
 * @param {KmerCounter} counter @param {NpyWriter} rowsFile @param {BlockWriter} idsFile
 * @returns {import('./fasta-scanner.mjs').SequenceSink}
 */
function makeSink(counter, rowsFile, idsFile) {
  return {
    begin(id) {
      counter.begin();
      idsFile.write(Buffer.from(`${id}\n`, 'latin1'));
    },
    residues: (bytes, start, end) => counter.add(bytes, start, end),
    end: () => counter.writeFrequencies(rowsFile.takeRow()),
  };
}
