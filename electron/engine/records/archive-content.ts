import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { ArchiveMember } from './archive-members.ts';

const READ_BYTES = 256 * 1024;

/** What an archive really holds. */
export interface ArchiveContent {
  /** Bytes. */
  size: number;
  sha256: string;
  members: ArchiveMember[];
}

/**
 * Reads an archive from its first to its last byte: checksum, gzip's own checks and the list of members.
 * @throws an error that says what is wrong when it is not a whole gzip file or not a tar file
 */
export async function readArchive(path: string): Promise<ArchiveContent> {
  const hash = createHash('sha256');
  let size = 0;
  const members: ArchiveMember[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      members.push({ path: entry.path, size: entry.size });
      entry.resume();
    },
  });
  await pipeline(
    createReadStream(path, { highWaterMark: READ_BYTES }),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        size += piece.length;
        hash.update(piece);
        yield piece;
      }
    },
    createGunzip({ chunkSize: READ_BYTES }),
    async (source: AsyncIterable<Buffer>) => feed(parser, source),
  );
  return { size, sha256: hash.digest('hex'), members };
}

/** Gives a parser all bytes, waiting where it asks for it, and ends when it has understood the last one. */
async function feed(parser: Parser, source: AsyncIterable<Buffer>): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  // Awaited below; without this a bad first block would be an unhandled rejection while bytes still come.
  done.catch(() => {});
  for await (const piece of source) {
    if (!parser.write(piece)) await Promise.race([new Promise<void>((resolve) => parser.once('drain', resolve)), done]);
  }
  parser.end();
  await done;
}
