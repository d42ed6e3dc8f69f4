import { bytePieces } from './byte-pieces.mjs';
import { FastaScanner } from './fasta-scanner.mjs';
import { FastqScanner } from './fastq-scanner.mjs';
import { SequenceFileError } from './sequence-errors.mjs';

/** White space, and the UTF-8 byte order mark that some editors put first. */
const LEADING_BYTES = new Set([0x20, 0x09, 0x0d, 0x0a, 0xef, 0xbb, 0xbf]);
/** @type {Record<string, typeof FastaScanner | typeof FastqScanner>} */
const SCANNERS = { '>': FastaScanner, '@': FastqScanner };

/**
 * Reads a FASTA or FASTQ file, plain or gzip, and hands its sequences to a sink (see FastaScanner) in constant memory. The first
 * character that is not blank tells the format.
 * @param {string} path
 * @param {import('./fasta-scanner.mjs').SequenceSink} sink
 * @param {(done: number, total: number) => void} onRead bytes of the file
 * @throws {SequenceFileError} when the file is not what it should be
 */
export async function scanSequences(path, sink, onRead) {
  /** @type {FastaScanner | FastqScanner | null} */
  let scanner = null;
  for await (const piece of bytePieces(path, onRead)) {
    const start = scanner === null ? piece.findIndex((byte) => !LEADING_BYTES.has(byte)) : 0;
    if (start < 0) continue;
    scanner ??= makeScanner(piece[start], sink);
    scanner.push(piece.subarray(start));
  }
  if (scanner === null) throw new SequenceFileError('it holds no sequences. Leave it out, or look why it is empty.');
  scanner.finish();
}

/** @param {number} first @param {import('./fasta-scanner.mjs').SequenceSink} sink */
function makeScanner(first, sink) {
  const character = String.fromCharCode(first);
  const Scanner = SCANNERS[character];
  if (Scanner !== undefined) return new Scanner(sink);
  throw new SequenceFileError(
    `it is neither FASTA nor FASTQ: its first character is ${JSON.stringify(character)}, expected ">" or "@".`,
  );
}
