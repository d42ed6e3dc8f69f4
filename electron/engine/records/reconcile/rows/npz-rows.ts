import { type FileHandle, open } from 'node:fs/promises';
import { constants, inflateRawSync } from 'node:zlib';
import type { FileRows } from './file-rows.ts';
import { type NamedArray, NPY_HEAD_BYTES, parseNpyHeader, rowsOfArrays } from './npy-header.ts';

/**
 * A `.npz` file is a ZIP file of `.npy` members, stored or deflated. Structures and signatures: PKWARE APPNOTE 6.3, sections 4.3.7 (local
 * header), 4.3.12 (central directory), 4.3.16 (its end) and 4.3.14 f. (ZIP64, which numpy writes for every member).
 */
const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const MEMBER_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const END64_LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const MEMBER_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_MAX_BYTES = 65_535;
const STORED = 0;
const DEFLATED = 8;
const IN_ZIP64 = 0xffffffff;
/** The rows of a file with more members are not counted. */
const MOST_MEMBERS = 1_000;

interface Member {
  name: string;
  method: number;
  packed: number;
  size: number;
  at: number;
}

/** Reads the rows of a `.npz` file. */
export async function npzRows(path: string): Promise<FileRows> {
  const file = await open(path, 'r');
  try {
    const members = await readMembers(file);
    if (members === null) return { rows: null, damage: 'has no end of a ZIP file: it was cut off' };
    if (members.length > MOST_MEMBERS) return { rows: null, damage: null };
    const arrays: NamedArray[] = [];
    for (const member of members.filter(({ name }) => name.endsWith('.npy'))) {
      const array = await readArray(file, member);
      if (array === null) return { rows: null, damage: `holds "${member.name}", which is not a whole array` };
      arrays.push(array);
    }
    return rowsOfArrays(arrays, null);
  } finally {
    await file.close();
  }
}

async function readMembers(file: FileHandle): Promise<Member[] | null> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - END_BYTES - COMMENT_MAX_BYTES), END_BYTES + COMMENT_MAX_BYTES);
  const end = lastSignature(tail, END_SIGNATURE);
  if (end < 0 || end + END_BYTES > tail.length) return null;
  let bytes = tail.readUInt32LE(end + 12);
  let from = tail.readUInt32LE(end + 16);
  if (from === IN_ZIP64 || bytes === IN_ZIP64) {
    const locator = end - END64_LOCATOR_BYTES;
    if (locator < 0 || tail.readUInt32LE(locator) !== END64_LOCATOR_SIGNATURE) return null;
    const end64 = await readAt(file, Number(tail.readBigUInt64LE(locator + 8)), END64_BYTES);
    if (end64.length < END64_BYTES) return null;
    bytes = Number(end64.readBigUInt64LE(40));
    from = Number(end64.readBigUInt64LE(48));
  }
  if (from + bytes > size) return null;
  return parseDirectory(await readAt(file, from, bytes));
}

function parseDirectory(directory: Buffer): Member[] | null {
  const members: Member[] = [];
  for (let at = 0; at + MEMBER_BYTES <= directory.length; ) {
    if (directory.readUInt32LE(at) !== MEMBER_SIGNATURE) return null;
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const nameEnd = at + MEMBER_BYTES + (name ?? 0);
    const extraEnd = nameEnd + (extra ?? 0);
    const sizes = {
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      at: directory.readUInt32LE(at + 42),
    };
    members.push({
      name: directory.toString('utf8', at + MEMBER_BYTES, nameEnd),
      method: directory.readUInt16LE(at + 10),
      ...fromZip64(sizes, directory.subarray(nameEnd, extraEnd)),
    });
    at = extraEnd + (comment ?? 0);
  }
  return members;
}

/** Sizes that are too large for their field are in an extra field, in this order. It holds only those that are too large. */
function fromZip64<Sizes extends { packed: number; size: number; at: number }>(sizes: Sizes, extra: Buffer): Sizes {
  const field = extraField(extra, 1);
  if (field === null) return sizes;
  const wide = { ...sizes };
  let at = 0;
  for (const key of ['size', 'packed', 'at'] as const) {
    if (wide[key] !== IN_ZIP64 || at + 8 > field.length) continue;
    wide[key] = Number(field.readBigUInt64LE(at));
    at += 8;
  }
  return wide;
}

function extraField(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  return null;
}

/** Reads the shape of a member from its header. Returns null if it is not an array or its size differs from its header. */
async function readArray(file: FileHandle, member: Member): Promise<NamedArray | null> {
  const local = await readAt(file, member.at, LOCAL_BYTES);
  if (local.length < LOCAL_BYTES) return null;
  const from = member.at + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = await readAt(file, from, Math.min(member.packed, NPY_HEAD_BYTES));
  const head = unpack(member.method, packed);
  const header = head === null ? null : parseNpyHeader(head, member.size);
  if (header === null || (header.expected_bytes !== null && header.expected_bytes !== header.bytes)) return null;
  const shape = header.dimensions === 0 ? [] : [header.rows, ...Array<number>(header.dimensions - 1).fill(0)];
  return { name: member.name.replace(/\.npy$/, ''), shape };
}

function unpack(method: number, packed: Buffer): Buffer | null {
  if (method === STORED) return packed;
  if (method !== DEFLATED) return null;
  try {
    // The bytes may end in the middle of a block. The part up to there is enough.
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

function lastSignature(bytes: Buffer, signature: number): number {
  const needle = Buffer.alloc(4);
  needle.writeUInt32LE(signature);
  return bytes.lastIndexOf(needle);
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}
