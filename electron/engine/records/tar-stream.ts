import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Header, type HeaderData, Pax } from 'tar';
import type { ArchiveMember } from './archive-members.ts';

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
