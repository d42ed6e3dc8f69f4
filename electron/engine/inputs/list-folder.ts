import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { FolderListing } from '../../../shared/contract/machine.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** The largest number of entries in one listing of the file browser: more than a person reads, and a message of some 200 KB. */
const LISTED_ENTRIES = 1_000;

/** The number of entries read at once for a listing: the runtime has only a few threads for it. */
const STATS_AT_ONCE = 32;

type Entry = FolderListing['entries'][number];

/**
 * Lists a folder for a person who selects files: folders first, hidden entries left out, links shown as their targets.
 * @param from the folder that a relative path starts from
 * @param limit the largest number of entries
 */
export async function listFolder(
  path: string,
  from: string,
  limit = LISTED_ENTRIES,
): Promise<Result<FolderListing, Problem>> {
  const folder = resolve(from, path);
  const read = await readFolder(folder);
  if (!read.ok) return read;
  const entries = await entriesOf(folder, read.value);
  const shown = entries.toSorted(inListingOrder).slice(0, limit);
  return ok({
    path: folder,
    parent: dirname(folder) === folder ? null : dirname(folder),
    entries: await inBatches(shown, withSize),
    more: entries.length - shown.length,
  });
}

async function readFolder(folder: string): Promise<Result<Dirent[], Problem>> {
  try {
    return ok(await readdir(folder, { withFileTypes: true }));
  } catch (error) {
    return err(unlistable(folder, error));
  }
}

/** Returns files and folders; sockets, devices, and broken links cannot be selected. */
async function entriesOf(folder: string, found: readonly Dirent[]): Promise<Entry[]> {
  const visible = found.filter(({ name }) => !name.startsWith('.'));
  const entries = await inBatches(visible, async (entry): Promise<Entry | null> => {
    const path = join(folder, entry.name);
    const kind = await kindOf(entry, path);
    return kind === null ? null : { name: entry.name, path, kind, size: null };
  });
  return entries.filter((entry) => entry !== null);
}

async function kindOf(entry: Dirent, path: string): Promise<Entry['kind'] | null> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
  if (target === null) return null;
  if (target.isDirectory()) return 'folder';
  return target.isFile() ? 'file' : null;
}

async function withSize(entry: Entry): Promise<Entry> {
  if (entry.kind === 'folder') return entry;
  const stats = await stat(entry.path).catch(() => null);
  return { ...entry, size: stats?.size ?? null };
}

/** Limits parallel work: a folder of very many files must not be read in one moment. */
async function inBatches<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < values.length; from += STATS_AT_ONCE)
    results.push(...(await Promise.all(values.slice(from, from + STATS_AT_ONCE).map(work))));
  return results;
}

const byName = new Intl.Collator('en', { numeric: true });

function inListingOrder(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return byName.compare(a.name, b.name);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'links in it lead in a circle',
  ERR_INVALID_ARG_VALUE: 'the path has a character that no path can have',
};

function unlistable(folder: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? messageOf(error);
  return problem(
    'unreadable-input',
    `The folder ${JSON.stringify(folder)} cannot be listed: ${reason}.`,
    'Choose another folder, or give yourself the right to read this one.',
  );
}
