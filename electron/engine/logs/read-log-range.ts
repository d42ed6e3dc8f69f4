import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { LogRange } from '../../../shared/contract/logs.ts';
import { openIfThere } from '../files/open-if-there.ts';
import { READ_BLOCK_BYTES } from './limits.ts';

/** The largest total size of the last N lines: lines without end must not fill the memory. */
const TAIL_MAX_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;

/**
 * Reads bytes of a log by position: at most `length`, fewer at the end of the file. A file that does not exist yet has size 0.
 * @param offset bytes from the start of the file
 * @throws when the file exists and cannot be read
 */
export async function readLogRange(path: string, offset: number, length: number): Promise<LogRange> {
  const file = await openIfThere(path);
  if (file === null) return { offset, bytes: new Uint8Array(0), size: 0 };
  try {
    const { size } = await file.stat();
    const wanted = Math.max(0, Math.min(length, size - offset));
    return { offset, bytes: await readFully(file, offset, wanted), size };
  } finally {
    await file.close();
  }
}

/** Reads exactly `length` bytes unless the file ends before: one read may return less than requested. */
async function readFully(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === length ? bytes : bytes.subarray(0, filled);
}

interface LogTail {
  /** Byte offset of the first byte of `bytes`. */
  offset: number;
  bytes: Uint8Array;
  /** The file's size when it was read. */
  size: number;
  /** True when the lines were too long for the limit: `bytes` then begins inside a line or holds fewer lines. */
  cut: boolean;
}

/**
 * Returns the last lines of a log, found in blocks from its end, so that the size of the file does not matter. A last line without its newline counts
 * as a line. A file that does not exist yet has no lines.
 * @throws when the file exists and cannot be read
 */
export async function tailLines(
  path: string,
  count: number,
  { blockBytes = READ_BLOCK_BYTES, maxBytes = TAIL_MAX_BYTES }: { blockBytes?: number; maxBytes?: number } = {},
): Promise<LogTail> {
  const file = await openIfThere(path);
  if (file === null) return { offset: 0, bytes: new Uint8Array(0), size: 0, cut: false };
  try {
    const { size } = await file.stat();
    return await readTail(file, size, { count, blockBytes, maxBytes });
  } finally {
    await file.close();
  }
}

async function readTail(
  file: FileHandle,
  size: number,
  { count, blockBytes, maxBytes }: { count: number; blockBytes: number; maxBytes: number },
): Promise<LogTail> {
  const lowest = Math.max(0, size - maxBytes);
  const blocks: Uint8Array[] = [];
  let start = size;
  // No line begins after the newline that ends the file, so it is skipped.
  let left = count;
  while (start > lowest && left > 0) {
    const offset = Math.max(lowest, start - blockBytes);
    const block = await readFully(file, offset, start - offset);
    const found = lineStart(block, left, start === size);
    left = found.left;
    blocks.unshift(found.index === 0 ? block : block.subarray(found.index));
    start = offset + found.index;
  }
  return { offset: start, bytes: Buffer.concat(blocks), size, cut: left > 0 && lowest > 0 };
}

/** Searches backwards for the newline before the wanted line. `left` is the number of lines still to be found. */
function lineStart(block: Uint8Array, lines: number, atEnd: boolean): { index: number; left: number } {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  let left = lines;
  let from = atEnd ? buffer.length - 2 : buffer.length - 1;
  while (from >= 0) {
    const newline = buffer.lastIndexOf(NEWLINE, from);
    if (newline < 0) break;
    left -= 1;
    if (left === 0) return { index: newline + 1, left };
    from = newline - 1;
  }
  return { index: 0, left };
}
