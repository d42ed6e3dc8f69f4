import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ArchiveResult } from '../../../../shared/contract/records.ts';
import { LINE_COLUMNS } from '../../../../shared/text-columns.ts';
import { syncFolder, temporaryName, writeFileAtomic } from '../../files/write-file-atomic.ts';
import { archiveFile, summaryFile } from '../../run-directory/paths.ts';
import { readArchiveState, writeArchiveState } from './archive-state.ts';
import { compareMembers, readArchive } from './read-archive.ts';
import {
  type ArchiveMember,
  gzipStream,
  listArchiveMembers,
  type Replaced,
  SUMMARY_MEMBER,
  tarStream,
} from './write-tar.ts';

/** The last section of a summary. The archive holds the summary without it, because an archive cannot hold its own checksum. */
const HEADING = '== Archive ';

/**
 * Makes run.tar.gz from logs, records and the summary without its archive block. Reads it again from the disk to check it,
 * and only then replaces an earlier archive. Then records its size and checksum in archive.json and in the summary.
 * No file is held in memory as a whole. The same files give the same bytes.
 * @throws the file system's error (full disk); an earlier archive then remains
 */
export async function makeArchive(directory: string, now: Date): Promise<ArchiveResult> {
  const { members, replaced } = plan(directory);
  const path = archiveFile(directory);
  const temporary = temporaryName(path);
  try {
    const sha256 = await write(temporary, tarStream(directory, members, replaced));
    const size = await check(temporary, sha256, members);
    await rename(temporary, path);
    syncFolder(dirname(path));
    writeArchiveState(directory, { size, sha256, made: now.toISOString(), stale: false, members });
    if (replaced.has(SUMMARY_MEMBER)) addArchiveBlock(directory, { size, sha256, made: now.toISOString() });
    return { path, size, sha256 };
  } finally {
    await rm(temporary, { force: true });
  }
}

function plan(directory: string): { members: ArchiveMember[]; replaced: Replaced } {
  const listed = listArchiveMembers(directory);
  if (!listed.some((member) => member.path === SUMMARY_MEMBER)) return { members: listed, replaced: new Map() };
  const summary = Buffer.from(withoutArchiveBlock(readFileSync(summaryFile(directory), 'utf8')));
  const members = listed.map((member) =>
    member.path === SUMMARY_MEMBER ? { path: member.path, size: summary.length } : member,
  );
  return { members, replaced: new Map([[SUMMARY_MEMBER, summary]]) };
}

async function write(path: string, content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for await (const piece of gzipStream(content)) {
      hash.update(piece);
      await file.writeFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Reads back what was written. A difference means that the disk does not store data correctly, or a bug. */
async function check(path: string, sha256: string, members: ArchiveMember[]): Promise<number> {
  const content = await readArchive(path);
  const differences = compareMembers(members, content.members);
  if (content.sha256 !== sha256)
    differences.push({ what: 'checksum', detail: 'the file reads differently than written' });
  const first = differences[0];
  if (first !== undefined)
    throw new Error(`The archive ${path} is not what was written: ${first.what}: ${first.detail}`);
  return content.size;
}

/** Adds the archive block to a summary that was written again, if the archive is still up to date. */
export function restoreArchiveBlock(directory: string): void {
  const state = readArchiveState(directory);
  if (state !== null && !state.stale) addArchiveBlock(directory, state);
}

function addArchiveBlock(directory: string, facts: { size: number; sha256: string; made: string }): void {
  const path = summaryFile(directory);
  writeFileAtomic(path, withArchiveBlock(readFileSync(path, 'utf8'), facts));
}

/** The contents of the archive block. */
export interface ArchiveFacts {
  /** Bytes. */
  size: number;
  sha256: string;
  /** ISO time. */
  made: string;
}

/** Returns the heading of a summary's section. */
export function heading(title: string): string {
  return `== ${title} `.padEnd(LINE_COLUMNS, '=');
}

/** Returns the summary as the archive holds it. */
export function withoutArchiveBlock(summary: string): string {
  const at = summary.lastIndexOf(`\n${HEADING}`);
  return at < 0 ? summary : summary.slice(0, at);
}

/** Returns the summary with the archive's size and checksum at its end, in place of an earlier block. */
export function withArchiveBlock(summary: string, archive: ArchiveFacts): string {
  const lines = [
    heading('Archive'),
    'File       run.tar.gz',
    `Size       ${archive.size} bytes`,
    `SHA-256    ${archive.sha256}`,
    `Made       ${archive.made}`,
    '',
  ];
  return `${withoutArchiveBlock(summary)}\n${lines.join('\n')}`;
}
