import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SequenceFileError } from './sequence-errors.mjs';

/**
 * A signal waits until a piece is done. Of short reads with long k-mers a piece makes hundreds of times its size in rows, so it is small;
 * smaller still, and reading costs more than counting.
 */
const PIECE_BYTES = 64 * 1024;

/**
 * The contents of a file in pieces, decompressed when it begins like gzip (any number of members), whatever its name. A piece is
 * valid until the next is asked for.
 * @param {string} path
 * @param {(done: number, total: number) => void} onRead bytes of the file itself, before each piece
 * @returns {AsyncGenerator<Buffer, void>}
 */
export async function* bytePieces(path, onRead) {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, 2, 0);
    const gzipped = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    yield* gzipped ? unpackedPieces(path, size, onRead) : plainPieces(handle, buffer, size, onRead);
  } finally {
    await handle.close();
  }
}

/** @param {import('node:fs/promises').FileHandle} handle @param {Buffer} buffer @param {number} size @param {(done: number, total: number) => void} onRead */
async function* plainPieces(handle, buffer, size, onRead) {
  for (let done = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, done);
    if (bytesRead === 0) return;
    done += bytesRead;
    onRead(done, size);
    yield buffer.subarray(0, bytesRead);
  }
}

/** @param {string} path @param {number} size @param {(done: number, total: number) => void} onRead */
async function* unpackedPieces(path, size, onRead) {
  const source = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  // An error of either stream ends the other and is thrown by the loop below.
  pipeline(source, gunzip, () => {});
  try {
    for await (const piece of gunzip) {
      onRead(source.bytesRead, size);
      yield piece;
    }
  } catch (error) {
    throw explainGzipError(error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** @param {unknown} error */
function explainGzipError(error) {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'Z_BUF_ERROR') {
    return new SequenceFileError('its gzip data ends too early. The file was cut off: copy or download it again.');
  }
  if (error.code === 'Z_DATA_ERROR') {
    return new SequenceFileError(`its gzip data is damaged (${error.message}): copy or download it again.`);
  }
  return error;
}
