import { readFileSync, statSync } from 'node:fs';
import { gunzipBounded, gunzipPieces } from '../../../resources/workers/sequences/gunzip.mjs';
import type { Counter } from './counter.ts';
import { COMPRESSED_READ_BYTES, INFLATED_BLOCK_BYTES, SMALL_COMPRESSED_BYTES, SMALL_INFLATED_BYTES } from './limits.ts';

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
