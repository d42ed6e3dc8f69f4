import { atomicOutput } from '../drover-worker.mjs';
import { refuseAsDna } from '../sequences/dna-letters.mjs';
import { readSequences } from '../sequences/read-sequences.mjs';
import { BlockWriter } from './block-writer.mjs';
import { KmerCounter } from './kmer-counter.mjs';
import { NpyWriter } from './npy-writer.mjs';

const NEWLINE = 0x0a;

/**
 * @typedef {object} Request
 * @property {string} file
 * @property {string} output
 * @property {number} k
 * @property {import('../sequences/header-line.mjs').IdRule} [ids]
 * @property {boolean} [onlyDna] whether letters that are not nucleotides are refused; otherwise they are unknown bases
 * @property {(done: number, total: number) => void} [onProgress]
 */

/**
 * Embeds every sequence of a file: a `.npy` of float32 with a row of canonical k-mer frequencies per sequence, and beside it an
 * `.ids.txt` with a line per sequence. Both appear when they are complete; after an error there is neither.
 * @param {Request} request
 */
export async function embedFile(request) {
  const { output } = request;
  const idsPath = `${output.replace(/\.npy$/, '')}.ids.txt`;
  const [rowsOutput, idsOutput] = [atomicOutput(output), atomicOutput(idsPath)];
  try {
    const found = await writeEmbeddings(request, rowsOutput.temporary, idsOutput.temporary);
    // The rows come last: when they are visible, so are their ids.
    idsOutput.commit();
    rowsOutput.commit();
    return { ...found, outputs: [output, idsPath] };
  } catch (error) {
    rowsOutput.discard();
    idsOutput.discard();
    throw error;
  }
}

/** @param {Request} request @param {string} rows @param {string} ids paths to write to */
async function writeEmbeddings({ file, k, ids: rule, onlyDna, onProgress }, rows, ids) {
  const counter = new KmerCounter(k, onlyDna);
  const rowsFile = new NpyWriter(rows, counter.dimension);
  const idsFile = new BlockWriter(ids);
  try {
    const sink = new EmbeddingSink(counter, rowsFile, idsFile);
    const options = {
      ...(rule === undefined ? {} : { ids: rule }),
      ...(onProgress === undefined ? {} : { onRead: onProgress }),
    };
    const { leftOut, sameIds, warnings } = await readSequences(file, sink, options);
    rowsFile.finish();
    idsFile.flush();
    return {
      sequences: rowsFile.rows,
      bases: counter.bases,
      leftOut,
      warnings: sameIds === null ? warnings : [...warnings, sameIds],
    };
  } finally {
    rowsFile.close();
    idsFile.close();
  }
}

/** Writes a row and an id for each record: a RecordSink. */
class EmbeddingSink {
  #counter;
  #rows;
  #ids;
  /** The id of the current record with a line end: whether it has a row is known only at its end. */
  #line = new Uint8Array(256);
  #length = 0;
  #basesBefore = 0;
  foreign = refuseAsDna;

  /** @param {KmerCounter} counter @param {NpyWriter} rows @param {BlockWriter} ids */
  constructor(counter, rows, ids) {
    this.#counter = counter;
    this.#rows = rows;
    this.#ids = ids;
  }

  /** @param {import('../sequences/header-line.mjs').IdPlace} id */
  begin({ bytes, start, end }) {
    this.#counter.begin();
    this.#basesBefore = this.#counter.bases;
    if (end - start >= this.#line.length) this.#line = new Uint8Array(2 * (end - start));
    for (let at = start; at < end; at++) this.#line[at - start] = /** @type {number} */ (bytes[at]);
    this.#line[end - start] = NEWLINE;
    this.#length = end - start + 1;
  }

  /** @param {Uint8Array} bytes @param {number} start @param {number} end */
  residues(bytes, start, end) {
    return this.#counter.add(bytes, start, end);
  }

  /** An empty read has a row of zeros: the rows of two mate files must stay aligned. @param {boolean} isRead */
  end(isRead) {
    const isEmpty = this.#counter.bases === this.#basesBefore;
    if (isEmpty && !isRead) return 'left-out';
    this.#ids.write(this.#line.subarray(0, this.#length));
    this.#counter.writeFrequencies(this.#rows.takeRow());
    return isEmpty ? 'empty' : 'kept';
  }
}
