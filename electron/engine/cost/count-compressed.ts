import { createReadStream, readFileSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Counter } from './counter.ts';
import { COMPRESSED_READ_BYTES, INFLATED_BLOCK_BYTES, SMALL_COMPRESSED_BYTES, SMALL_INFLATED_BYTES } from './limits.ts';

/**
 * Feeds a gzip file's text to a counter: members one after the other, zeros behind the last one ignored.
 * @throws the system's or zlib's error; a file that stops too early is `Z_BUF_ERROR`
 */
export async function countCompressed(file: string, counter: Counter): Promise<void> {
  if (statSync(file).size <= SMALL_COMPRESSED_BYTES && countAtOnce(file, counter)) return;
  await countByStream(file, counter);
}

/** False when the text is too large to be held at once. */
function countAtOnce(file: string, counter: Counter): boolean {
  const text = inflateBounded(readFileSync(file));
  if (text === null) return false;
  counter.take(text);
  return true;
}

function inflateBounded(bytes: Buffer): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: SMALL_INFLATED_BYTES });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function countByStream(file: string, counter: Counter): Promise<void> {
  return pipeline(
    createReadStream(file, { highWaterMark: COMPRESSED_READ_BYTES }),
    createGunzip({ chunkSize: INFLATED_BLOCK_BYTES }),
    async (blocks: AsyncIterable<Buffer>) => {
      for await (const block of blocks) counter.take(block);
    },
  );
}
