import { constants, lstatSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRaw, constants as zlibConstants } from 'node:zlib';
import { Header, type HeaderData, Pax } from 'tar';

/** Every part of a tar file is padded to a multiple of this size. Two empty blocks end the file. */
const BLOCK_BYTES = 512;
/** Files are read in pieces of this size: large enough for full speed, small compared with the memory limit. */
const READ_BYTES = 256 * 1024;
const MODE = 0o644;

/** Members whose content is not that of the file: the summary without its archive block. */
export type Replaced = ReadonlyMap<string, Buffer>;

/**
 * Yields the bytes of a tar file (POSIX ustar, pax headers for long names), member by member. Owner, times and modes are fixed, and
 * exactly the stated size of each file is read. So the same files give the same bytes, even while a log still grows.
 * @throws an error that names the file if it became shorter than stated or cannot be read
 */
export async function* tarStream(
  directory: string,
  members: readonly ArchiveMember[],
  replaced: Replaced,
): AsyncGenerator<Buffer> {
  for (const member of members) {
    yield* memberHeader(member);
    const content = replaced.get(member.path);
    if (content === undefined) yield* fileContent(join(directory, member.path), member.size);
    else yield content;
    const over = member.size % BLOCK_BYTES;
    if (over > 0) yield Buffer.alloc(BLOCK_BYTES - over);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function memberHeader(member: ArchiveMember): Buffer[] {
  const fields: HeaderData = {
    path: member.path,
    mode: MODE,
    uid: 0,
    gid: 0,
    size: member.size,
    mtime: new Date(0),
    type: 'File',
    uname: '',
    gname: '',
  };
  const block = Buffer.alloc(BLOCK_BYTES);
  const needsPax = new Header(fields).encode(block);
  return needsPax ? [new Pax({ path: member.path, size: member.size, mtime: new Date(0) }).encode(), block] : [block];
}

async function* fileContent(path: string, size: number): AsyncGenerator<Buffer> {
  // Does not follow a link that replaced the file after the list was made.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    let position = 0;
    while (position < size) {
      const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, size - position));
      const { bytesRead } = await file.read(piece, 0, piece.length, position);
      if (bytesRead === 0)
        throw new Error(`${path} became shorter while it was archived: ${position} of ${size} bytes`);
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const deflateRawAsync = promisify(deflateRaw);

/** The default level of gzip. Higher levels take much more time and save little space. */
const LEVEL = 6;
/** Pieces are compressed in parallel. Their size is fixed, because the resulting bytes depend on it. */
const PIECE_BYTES = 512 * 1024;
/** How far back deflate may refer. Each piece gets the end of the previous one as dictionary, so splitting costs almost no compression. */
const WINDOW_BYTES = 32 * 1024;
/** More pieces would wait, because Node has four threads. */
const MOST_AT_ONCE = 4;

/** RFC 1952: no name, no time, "unknown" system, so that the bytes are the same on every machine. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** RFC 1951: an empty last block. Every piece ends on a byte boundary and is not marked as the last. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** Compresses a stream into one gzip member on several threads. Holds only a few pieces. Equal input gives equal output. */
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
  const options = { level: LEVEL, finishFlush: zlibConstants.Z_SYNC_FLUSH };
  const compressed = deflateRawAsync(piece, window.length === 0 ? options : { ...options, dictionary: window });
  // Awaited later, in order. Without this line, a piece that fails while an earlier one is awaited would be an unhandled rejection.
  compressed.catch(() => {});
  return compressed;
}

async function first(waiting: Promise<Buffer>[]): Promise<Buffer> {
  return (await waiting.shift()) ?? Buffer.alloc(0);
}

/** Yields the same bytes in pieces of one size. The last piece may be smaller. */
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

/** A file of the archive: its path in it, with `/`, and its size when the list was made. */
export interface ArchiveMember {
  path: string;
  /** Bytes. */
  size: number;
}

/** The name of the summary in the archive and in the run's folder. */
export const SUMMARY_MEMBER = 'logs_summary.txt';
const RECORDS = [
  'inputs.ndjson',
  'journal.ndjson',
  SUMMARY_MEMBER,
  'metadata.json',
  'metrics.json',
  'outputs.ndjson',
  'reconciliation.json',
];
const LOGS = 'logs';

/**
 * Lists the files for the archive of a run directory, sorted by path. Only regular files in real folders: links, sockets
 * and FIFOs are left out, so that nothing outside the directory is included.
 */
export function listArchiveMembers(directory: string): ArchiveMember[] {
  return [...RECORDS.flatMap((name) => regularFile(directory, name)), ...filesBelow(directory, LOGS)].sort(byPath);
}

/** Compares by code units, so that the order is the same on every machine. */
function byPath(a: ArchiveMember, b: ArchiveMember): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function regularFile(directory: string, path: string): ArchiveMember[] {
  const stats = lstatSync(join(directory, path), { throwIfNoEntry: false });
  return stats?.isFile() === true ? [{ path, size: stats.size }] : [];
}

function filesBelow(directory: string, folder: string): ArchiveMember[] {
  const stats = lstatSync(join(directory, folder), { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return [];
  return readdirSync(join(directory, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(directory, path) : regularFile(directory, path);
  });
}
