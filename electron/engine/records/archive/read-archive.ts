import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, Parser, type ReadEntry } from 'tar';
import type { ArchiveResult, Difference } from '../../../../shared/contract/records.ts';
import { messageOf } from '../../../../shared/message-of.ts';
import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { archiveFile, logsFolder } from '../../run-directory/paths.ts';
import { type ArchiveState, readArchiveState } from './archive-state.ts';
import { type ArchiveMember, listArchiveMembers, SUMMARY_MEMBER } from './write-tar.ts';

const READ_BYTES = 256 * 1024;

const MAKE_AGAIN = 'Make it with `drover archive RUN`.';

/** Logs hold what workers printed: only the owner may read them. */
const PRIVATE_MODE = 0o700;
const LOGS = 'logs/';

/** The actual content of an archive. */
interface ArchiveContent {
  /** Bytes. */
  size: number;
  sha256: string;
  members: ArchiveMember[];
}

/**
 * Reads an archive from its first to its last byte: checksum, gzip's own checks and the list of members.
 * @throws an error that describes what is wrong if it is not a complete gzip file or not a tar file
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

/** Writes all bytes to a parser, waits when the parser asks for it, and ends when the last byte is parsed. */
async function feed(parser: Parser, source: AsyncIterable<Buffer>): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  // Awaited below. Without this line, a bad first block would be an unhandled rejection while bytes still arrive.
  done.catch(() => {});
  for await (const piece of source)
    if (!parser.write(piece)) await Promise.race([new Promise<void>((resolve) => parser.once('drain', resolve)), done]);
  parser.end();
  await done;
}

/**
 * Compares run.tar.gz with archive.json (size, SHA-256, members) and with the files that it was made from.
 * @returns every difference, none if the archive is complete and up to date; a Problem if there is nothing to verify
 */
export async function verifyArchive(
  directory: string,
): Promise<Result<{ result: ArchiveResult; differences: Difference[] }, Problem>> {
  const path = archiveFile(directory);
  if (!existsSync(path)) return err(problem('invalid-usage', `There is no archive ${path}`, MAKE_AGAIN));
  const state = readArchiveState(directory);
  if (state === null)
    return err(problem('invalid-usage', `${path} has no archive.json that says what it should be`, MAKE_AGAIN));
  const result = { path, size: state.size, sha256: state.sha256 };
  return ok({ result, differences: [...(await compareWithState(path, state)), ...compareWithFiles(directory, state)] });
}

async function compareWithState(path: string, state: ArchiveState): Promise<Difference[]> {
  let content: ArchiveContent;
  try {
    content = await readArchive(path);
  } catch (error) {
    const message = messageOf(error);
    return [{ what: 'archive', detail: `${path} cannot be read to its end: ${message}` }];
  }
  const differences = compareMembers(state.members, content.members);
  if (content.size !== state.size)
    differences.push({ what: 'size', detail: `${content.size} bytes instead of ${state.size}` });
  if (content.sha256 !== state.sha256)
    differences.push({ what: 'checksum', detail: `SHA-256 ${content.sha256} instead of ${state.sha256}` });
  return differences;
}

/** Returns the differences that show that an archive belongs to an earlier state of the run. */
function compareWithFiles(directory: string, state: ArchiveState): Difference[] {
  const stale: Difference[] = state.stale
    ? [{ what: 'stale', detail: 'the run went on after the archive was made; make it again' }]
    : [];
  return [...stale, ...changesSince(directory, state)];
}

/** Returns files that changed or appeared after the archive was made. The summary only gained its archive block. Packed logs are not there. */
export function changesSince(directory: string, { members, packed = false }: ArchiveState): Difference[] {
  const archived = new Map(members.map(({ path, size }) => [path, size]));
  return listArchiveMembers(directory).flatMap(({ path, size }) => {
    const before = archived.get(path);
    if (path === SUMMARY_MEMBER || before === size || (before === undefined && packed)) return [];
    const detail =
      before === undefined
        ? `${path} has come since it was archived`
        : `${path} had ${before} bytes when it was archived, now ${size}`;
    return [{ what: 'changed since', detail }];
  });
}

/** Returns the differences between two lists of members. */
export function compareMembers(expected: readonly ArchiveMember[], found: readonly ArchiveMember[]): Difference[] {
  const sizes = new Map(expected.map((member) => [member.path, member.size]));
  const differences: Difference[] = [];
  for (const member of found) {
    const size = sizes.get(member.path);
    sizes.delete(member.path);
    if (size === undefined) differences.push({ what: 'member', detail: `${member.path} is there but not expected` });
    else if (size !== member.size) differences.push(differentSize(member, size));
  }
  for (const path of sizes.keys()) differences.push({ what: 'member', detail: `${path} is missing` });
  return differences;
}

function differentSize(member: ArchiveMember, expected: number): Difference {
  return { what: 'member', detail: `${member.path} has ${member.size} bytes instead of ${expected}` };
}

/** Returns the logs among the members of an archive. */
export function logMembers(members: readonly ArchiveMember[]): ArchiveMember[] {
  return members.filter(({ path }) => path.startsWith(LOGS));
}

/**
 * Takes the logs out of an archive and checks that all of them were there. An archive from elsewhere may hold links, paths that lead out of
 * the folder, or more than is listed: only listed regular files of the listed size are taken.
 * @param into a folder, which is created if it is missing
 * @param members the members that archive.json lists
 * @throws the file system's error, or an error about the archive
 */
export async function extractLogs(archive: string, into: string, members: readonly ArchiveMember[]): Promise<void> {
  const wanted = logMembers(members);
  const sizes = new Map(wanted.map(({ path, size }) => [path, size]));
  const folder = logsFolder(into);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(folder);
  makeFolders(folder, PRIVATE_MODE);
  await extract({
    file: archive,
    cwd: into,
    strict: true,
    dmode: PRIVATE_MODE,
    filter: (path, entry) => 'type' in entry && entry.type === 'File' && sizes.get(path) === entry.size,
  });
  const found = new Map(listArchiveMembers(into).map(({ path, size }) => [path, size]));
  const absent = wanted.find(({ path, size }) => found.get(path) !== size);
  if (absent !== undefined) throw new Error(`${absent.path} is missing in it, or is not what it was`);
}
