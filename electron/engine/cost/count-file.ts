import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { gunzipBounded, gunzipPieces, isGzip } from '../../../resources/workers/sequences/gunzip.mjs';
// The parsers of the workers, so that costs are counted by exactly the same rules.
import { SequenceCounter } from '../../../resources/workers/sequences/sequence-counter.mjs';
import { SequenceFileError } from '../../../resources/workers/sequences/sequence-errors.mjs';
import { messageOf } from '../../../shared/message-of.ts';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import { type Counter, LineCounter, RecordCounter } from './counters.ts';

/** Bytes per read of a plain file: it stays in the processor's cache, and larger reads were slower in measurements. */
export const READ_BYTES = 64 * 1024;

/** The bytes that identify gzip; a shorter file with such a name is the result of a broken copy. */
const GZIP_MARK_BYTES = 2;

/** Bytes of a compressed file per read: about one block of text after inflating. */
export const COMPRESSED_READ_BYTES = 256 * 1024;

/** Bytes of text per inflated block: a sixth faster than the default of 16 KiB, because each block is a transfer between threads. */
const INFLATED_BLOCK_BYTES = 1024 * 1024;

/** Compressed files up to this many bytes are inflated in one call: creating a stream takes longer than that. */
const SMALL_COMPRESSED_BYTES = 64 * 1024;

/** The largest text from a small compressed file in one call; a larger one goes through the stream, which holds one block. */
const SMALL_INFLATED_BYTES = 4 * 1024 * 1024;

class CutOffError extends Error {
  readonly code = 'Z_BUF_ERROR';
}

/** Counts files one after the other, with one read buffer for all. It needs its own thread: plain files are read synchronously. */
export class FileCounter {
  readonly #buffer = Buffer.from(new ArrayBuffer(READ_BYTES));

  /**
   * Returns the cost of one file; content that begins like gzip is inflated, whatever the name of the file.
   * @throws the error of the system, an error with zlib's code for a damaged or truncated file, or a sentence about what the file is
   */
  async count(file: string, estimator: ContentEstimator): Promise<number> {
    const counter = createCounter(estimator);
    if (this.#countPlain(file, counter) === 'gzip') await countCompressed(file, counter);
    return counter.finish();
  }

  #countPlain(file: string, counter: Counter): 'gzip' | 'plain' {
    const descriptor = openSync(file, 'r');
    try {
      let size = this.#read(descriptor);
      if (isGzip(this.#buffer.subarray(0, size))) return 'gzip';
      if (size < GZIP_MARK_BYTES && file.endsWith('.gz')) throw new CutOffError();
      for (; size > 0; size = this.#read(descriptor))
        counter.take(size === READ_BYTES ? this.#buffer : this.#buffer.subarray(0, size));
      return 'plain';
    } finally {
      closeSync(descriptor);
    }
  }

  #read(descriptor: number): number {
    return readSync(descriptor, this.#buffer, 0, READ_BYTES, null);
  }
}

/**
 * Passes the text of a gzip file to a counter: its members in order; zeros between and after them are ignored.
 * @throws the error of the system, or an error with zlib's code; for a truncated file it is `Z_BUF_ERROR`
 */
async function countCompressed(file: string, counter: Counter): Promise<void> {
  if (statSync(file).size <= SMALL_COMPRESSED_BYTES && countAtOnce(file, counter)) return;
  const options = { readBytes: COMPRESSED_READ_BYTES, pieceBytes: INFLATED_BLOCK_BYTES };
  for await (const piece of gunzipPieces(file, options)) counter.take(piece);
}

/** Counts the whole text in memory. Returns false when it is too large for that. */
function countAtOnce(file: string, counter: Counter): boolean {
  const text = gunzipBounded(readFileSync(file), SMALL_INFLATED_BYTES);
  if (text === null) return false;
  counter.take(text);
  return true;
}

/** The estimators that read the content of a file. */
export type ContentEstimator = Exclude<CostEstimator, 'bytes' | { command: string[] }>;

const residues = (letters: number): number => letters;
/** The cost of attention, which compares every residue of a sequence with every other. */
const attention = (letters: number): number => letters * letters;

const MAKERS: Record<ContentEstimator, () => Counter> = {
  lines: () => new LineCounter(),
  'jsonl-records': () => new RecordCounter(),
  'fasta-sequences': () => new SequenceCounter(null),
  'fasta-residues': () => new SequenceCounter(residues),
  'fasta-attention': () => new SequenceCounter(attention),
};

/** Creates a counter for one file. */
export function createCounter(estimator: ContentEstimator): Counter {
  return MAKERS[estimator]();
}

/**
 * Describes for people why a file could not be counted.
 * @param error that of the system or of zlib
 */
export function describeFailure(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return `${file} is cut off: its compressed data ends too early. Copy it again or remove it.`;
    case 'Z_DATA_ERROR':
    case 'Z_NEED_DICT':
      return `${file} is damaged: ${messageOf(error)}`;
    case 'EACCES':
    case 'EPERM':
      return `${file} cannot be read: permission denied. Give yourself the permission with chmod u+r.`;
    case 'ENOENT':
      return `${file} is not there any more.`;
    default:
      if (error instanceof SequenceFileError) return `${file} cannot be read: ${error.message}`;
      return `${file} cannot be counted: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
