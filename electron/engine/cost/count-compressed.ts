import { readFileSync, statSync } from 'node:fs';
import { gunzipBounded, gunzipPieces } from '../../../resources/workers/sequences/gunzip.mjs';
import type { Counter } from './counter.ts';

/** Bytes of a compressed file read at once: about one block of text once inflated. */
export const COMPRESSED_READ_BYTES = 256 * 1024;

/** Bytes of text per inflated block: a sixth quicker than the default of 16 KiB, as each block is a trip to another thread. */
const INFLATED_BLOCK_BYTES = 1024 * 1024;

/** Compressed files up to this many bytes are inflated at once: making a stream takes longer than their content. */
const SMALL_COMPRESSED_BYTES = 64 * 1024;

/** Text that a small compressed file may become at once; a bomb goes through the stream, which holds one block. */
const SMALL_INFLATED_BYTES = 4 * 1024 * 1024;

/**
 * Feeds a gzip file's text to a counter: members one after the other, zeros between them and behind the last ignored.
 * @throws the system's error, or one with zlib's code; a file that stops too early is `Z_BUF_ERROR`
 */
export async function countCompressed(file: string, counter: Counter): Promise<void> {
  if (statSync(file).size <= SMALL_COMPRESSED_BYTES && countAtOnce(file, counter)) return;
  const options = { readBytes: COMPRESSED_READ_BYTES, pieceBytes: INFLATED_BLOCK_BYTES };
  for await (const piece of gunzipPieces(file, options)) counter.take(piece);
}

/** False when the text is too large to be held at once. */
function countAtOnce(file: string, counter: Counter): boolean {
  const text = gunzipBounded(readFileSync(file), SMALL_INFLATED_BYTES);
  if (text === null) return false;
  counter.take(text);
  return true;
}
