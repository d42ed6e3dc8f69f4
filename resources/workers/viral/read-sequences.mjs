import { scanSequences } from '../kmer/scan-sequences.mjs';
import { SequenceFileError } from '../kmer/sequence-errors.mjs';

/** Letters that are no IUPAC code of a nucleotide. */
const FOREIGN = /[^ACGTUNRYSWKMBDHV]/;

/**
 * Hands over the sequences of a FASTA or FASTQ file, plain or gzip, one after the other: upper case, without blanks and gaps, U as T.
 * @param {string} path
 * @param {(id: string, letters: string) => void} take
 * @param {(done: number, total: number) => void} onRead bytes of the file
 * @throws {SequenceFileError} when it is no such file, holds no DNA, or the same id twice
 */
export async function readDna(path, take, onRead) {
  const seen = new Set();
  let id = '';
  /** @type {string[]} */
  let parts = [];
  const sink = {
    /** @param {string} next */
    begin: (next) => {
      id = next;
      parts = [];
    },
    /** @param {Uint8Array} bytes @param {number} start @param {number} end */
    residues: (bytes, start, end) => {
      parts.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
    },
    end: () => {
      if (seen.has(id)) throw new SequenceFileError(`the id ${id} is there twice; ids tie all later tables together.`);
      seen.add(id);
      take(id, checkLetters(id, parts.join('')));
    },
  };
  await scanSequences(path, sink, onRead);
}

/** @param {string} id @param {string} text */
function checkLetters(id, text) {
  const letters = text
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replaceAll('U', 'T');
  const foreign = FOREIGN.exec(letters);
  if (foreign === null) return letters;
  throw new SequenceFileError(
    `it does not look like DNA: sequence ${id} has the letter ${JSON.stringify(foreign[0])}.`,
  );
}
