import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const deflateRawAsync = promisify(deflateRaw);

/** The level that everyone's gzip uses by default; higher ones cost far more time than they save. */
const LEVEL = 6;
/** Pieces are compressed side by side; their size is fixed, as the bytes that come out depend on it. */
const PIECE_BYTES = 512 * 1024;
/** What deflate may refer back to: each piece starts with the end of the one before, so almost nothing is lost by cutting. */
const WINDOW_BYTES = 32 * 1024;
/** More would wait for Node's four threads. */
const MOST_AT_ONCE = 4;

/** RFC 1952: no name, no time, "unknown" system, so that the bytes are the same everywhere. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** RFC 1951: a last, empty block. Every piece ends on a byte border without being the last. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** Compresses a stream into one gzip member on several threads. Holds a few pieces; equal input gives equal output. */
export async function* gzipStream(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield HEADER;
  const atOnce = Math.min(MOST_AT_ONCE, availableParallelism());
  const waiting: Promise<Buffer>[] = [];
  let window: Buffer = Buffer.alloc(0);
  let checksum = 0;
  let size = 0;
  for await (const piece of piecesOf(source)) {
    checksum = crc32(piece, checksum);
    size += piece.length;
    waiting.push(compress(piece, window));
    window = piece.subarray(-WINDOW_BYTES);
    if (waiting.length >= atOnce) yield await first(waiting);
  }
  while (waiting.length > 0) yield await first(waiting);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield Buffer.concat([LAST_BLOCK, trailer]);
}

function compress(piece: Buffer, window: Buffer): Promise<Buffer> {
  const options = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH };
  const compressed = deflateRawAsync(piece, window.length === 0 ? options : { ...options, dictionary: window });
  // Awaited in its turn; one that fails while an earlier one is awaited is not a rejection that nobody handles.
  compressed.catch(() => {});
  return compressed;
}

async function first(waiting: Promise<Buffer>[]): Promise<Buffer> {
  return (await waiting.shift()) ?? Buffer.alloc(0);
}

/** The same bytes in pieces of one size, the last one smaller. */
async function* piecesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  for await (const part of source) {
    for (let taken = 0; taken < part.length; ) {
      const copied = part.copy(piece, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < PIECE_BYTES) continue;
      yield piece;
      piece = Buffer.allocUnsafe(PIECE_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
