import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { SequenceFileError } from './sequence-errors.mjs';

/** The block size in which zeros between members are skipped (bytes). */
const PADDING_BLOCK_BYTES = 64 * 1024;

/** Whether a file that begins with these bytes is gzip, whatever its name. @param {Uint8Array} head */
export function isGzip(head) {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Unpacks a gzip file in pieces: all members, without zeros between them or after the last, as gzip itself does. Node's own
 * stream silently stops at the first zero after a member.
 * @param {string} path
 * @param {{ readBytes: number, pieceBytes: number, onRead?: (done: number) => void }} options `onRead` gets bytes of the file, before each piece
 * @returns {AsyncGenerator<Buffer, void>}
 * @throws {SequenceFileError} with zlib's code, when data is damaged, cut off or followed by something else
 */
export async function* gunzipPieces(path, { readBytes, pieceBytes, onRead = () => {} }) {
  for (let start = 0; ; ) {
    const source = createReadStream(path, { start, highWaterMark: readBytes });
    const gunzip = createGunzip({ chunkSize: pieceBytes });
    // An error of either stream ends the other and is thrown by the loop below.
    pipeline(source, gunzip, () => {});
    try {
      for await (const piece of gunzip) {
        onRead(start + source.bytesRead);
        yield piece;
      }
    } catch (error) {
      throw explainGzipError(error);
    } finally {
      source.destroy();
      gunzip.destroy();
    }
    const next = await nextMember(path, start + gunzip.bytesWritten);
    if (next === null) return;
    start = next;
  }
}

/**
 * Unpacks gzip data in memory, by the same rules.
 * @param {Buffer} bytes
 * @param {number} most bytes of text
 * @returns {Buffer | null} null when it is more text than that
 */
export function gunzipBounded(bytes, most) {
  /** @type {Buffer[]} */
  const parts = [];
  let room = most;
  for (let start = 0; start < bytes.length; ) {
    const part = gunzipOne(start === 0 ? bytes : bytes.subarray(start), room);
    if (part === null) return null;
    parts.push(part.text);
    room = Math.max(1, room - part.text.length);
    const padded = start + part.taken;
    let at = padded;
    while (at < bytes.length && bytes[at] === 0) at += 1;
    if (at < bytes.length && (at === padded || !isGzip(bytes.subarray(at)))) throw trailingError();
    start = at;
  }
  if (bytes.length === 0)
    throw explainGzipError(Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' }));
  return parts.length === 1 ? /** @type {Buffer} */ (parts[0]) : Buffer.concat(parts);
}

/** @param {Buffer} bytes @param {number} most */
function gunzipOne(bytes, most) {
  try {
    const options = { maxOutputLength: most, info: true };
    const { buffer, engine } = /** @type {{ buffer: Buffer, engine: { bytesWritten: number } }} */ (
      /** @type {unknown} */ (gunzipSync(bytes, options))
    );
    return { text: buffer, taken: engine.bytesWritten };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw explainGzipError(error);
  }
}

/**
 * Returns the start of the next member after zeros; null at the end of the file.
 * @param {string} path @param {number} from
 */
async function nextMember(path, from) {
  const file = await open(path);
  try {
    const block = Buffer.allocUnsafe(PADDING_BLOCK_BYTES);
    for (let start = from; ; ) {
      const { bytesRead } = await file.read(block, 0, block.length, start);
      if (bytesRead === 0) return null;
      let at = 0;
      while (at < bytesRead && block[at] === 0) at += 1;
      start += at;
      if (at === bytesRead) continue;
      const { bytesRead: found } = await file.read(block, 0, 2, start);
      if (start > from && isGzip(block.subarray(0, found))) return start;
      throw trailingError();
    }
  } finally {
    await file.close();
  }
}

function trailingError() {
  return new SequenceFileError(
    'its gzip data is damaged (behind its first part come bytes that are no gzip): copy or download it again.',
    { code: 'Z_DATA_ERROR' },
  );
}

/** @param {unknown} error */
function explainGzipError(error) {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'Z_BUF_ERROR') {
    return new SequenceFileError('its gzip data ends too early. The file was cut off: copy or download it again.', {
      code: error.code,
    });
  }
  if (error.code === 'Z_DATA_ERROR' || error.code === 'Z_NEED_DICT') {
    return new SequenceFileError(`its gzip data is damaged (${error.message}): copy or download it again.`, {
      code: String(error.code),
    });
  }
  return error;
}
