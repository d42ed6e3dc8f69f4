import { Buffer } from 'node:buffer';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { READ_BLOCK_BYTES } from '../limits.ts';
import type { FileSearch } from './search-file.ts';

/** How far behind the middle a line start is looked for to split at (bytes). */
const SPLIT_LOOK_BYTES = 1024 * 1024;

const NEWLINE = 10;

/**
 * Splits a search in a large file into two, one after the other in the file, which together find what the one would. Answers the one
 * where that is not worth it or not possible.
 * @param minBytes below this there is one
 */
export async function splitSearch(path: string, search: FileSearch, minBytes: number): Promise<FileSearch[]> {
  try {
    const stats = await stat(path);
    const to = Math.min(search.to ?? Number.POSITIVE_INFINITY, stats.size);
    if (!stats.isFile() || to - search.from < Math.max(minBytes, 2 * READ_BLOCK_BYTES)) {
      return [search];
    }
    const file = await open(path, 'r');
    try {
      return await splitInTheMiddle(file, { ...search, to });
    } finally {
      await file.close();
    }
  } catch {
    // The search itself meets the same, and tells it.
    return [search];
  }
}

/**
 * Where a line is too long to be matched as a whole, it is cut at the borders of blocks: the second search goes on at such a border, with
 * the line begun before it, just as one search would.
 */
async function splitInTheMiddle(file: FileHandle, search: FileSearch & { to: number }): Promise<FileSearch[]> {
  const block = Buffer.allocUnsafe(READ_BLOCK_BYTES);
  let at = search.from + Math.floor((search.to - search.from) / 2 / READ_BLOCK_BYTES) * READ_BLOCK_BYTES;
  const end = Math.min(search.to - READ_BLOCK_BYTES, at + SPLIT_LOOK_BYTES);
  for (; at <= end; at += READ_BLOCK_BYTES) {
    const { bytesRead } = await file.read(block, 0, READ_BLOCK_BYTES, at);
    const newline = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (bytesRead === READ_BLOCK_BYTES && newline >= 0) {
      const border = at + newline + 1;
      const begun = Uint8Array.from(block.subarray(newline + 1));
      return [
        { ...search, to: border },
        { ...search, from: border, begun },
      ];
    }
  }
  return [search];
}
