import { open } from 'node:fs/promises';
import { gunzipPieces, isGzip } from './gunzip.mjs';

/**
 * A signal waits until a piece is done. Of short reads with long k-mers a piece makes hundreds of times its size in rows, so it is small;
 * smaller still, and reading costs more than counting.
 */
const PIECE_BYTES = 64 * 1024;

/**
 * The contents of a file in pieces, decompressed when it begins like gzip, whatever its name. A piece is valid until the next is asked for.
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
