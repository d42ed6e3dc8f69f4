import { constants, lstatSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRaw, constants as zlibConstants } from 'node:zlib';
import { Header, type HeaderData, Pax } from 'tar';

/** Every part of a tar file is filled up to a multiple of this; two empty blocks end it. */
const BLOCK_BYTES = 512;
/** Files are read in pieces of this size: large enough for full speed, small beside the memory limit. */
const READ_BYTES = 256 * 1024;
const MODE = 0o644;

/** A member's content when it is not the file's: the summary without its archive block. */
export type Replaced = ReadonlyMap<string, Buffer>;

/**
 * The bytes of a tar file (POSIX ustar, pax headers for long names), member by member. Owner, times and modes are fixed, and
 * of each file exactly the stated size is read, so the same files give the same bytes, also while a log still grows.
 * @throws an error that names the file when one became shorter than stated or cannot be read
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
  // Not following a link that took the file's place since the list was made.
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
  const options = { level: LEVEL, finishFlush: zlibConstants.Z_SYNC_FLUSH };
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

/** A file of the archive: its path in it, with `/`, and its size when the list was made. */
export interface ArchiveMember {
  path: string;
  /** Bytes. */
  size: number;
}

/** The name of the summary in the archive and beside it. */
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
 * The files that an archive of a run directory holds, sorted by path. Only regular files in real folders: links, sockets
 * and FIFOs are left out, so nothing outside the directory gets in.
 */
export function listArchiveMembers(directory: string): ArchiveMember[] {
  return [...RECORDS.flatMap((name) => regularFile(directory, name)), ...filesBelow(directory, LOGS)].sort(byPath);
}

/** By code units, so that the order is the same on every machine. */
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
