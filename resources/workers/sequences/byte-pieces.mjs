import { open } from 'node:fs/promises';
import { gunzipPieces, isGzip } from './gunzip.mjs';

/**
 * The size of a piece. A signal waits until a piece is done. Short reads with long k-mers produce rows of hundreds of times its size, so it
 * is small; with smaller ones, reading would take longer than counting.
 */
const PIECE_BYTES = 64 * 1024;

/**
 * Yields the content of a file in pieces, decompressed when it begins like gzip, whatever its name. A piece is valid until the next call.
 * @param {string} path
 * @param {(done: number, total: number) => void} [onRead] bytes of the file itself, before each piece
 * @returns {AsyncGenerator<Buffer, void>}
 */
export async function* bytePieces(path, onRead = () => {}) {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, 2, 0);
    if (isGzip(buffer.subarray(0, bytesRead))) {
      /** @param {number} done */
      const onUnpack = (done) => onRead(done, size);
      yield* gunzipPieces(path, { readBytes: PIECE_BYTES, pieceBytes: PIECE_BYTES, onRead: onUnpack });
    } else {
      yield* plainPieces(handle, buffer, size, onRead);
    }
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
