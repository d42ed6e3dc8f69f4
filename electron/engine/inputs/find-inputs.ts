import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { FileTable } from '../../../shared/items/file-table.ts';
import type { Problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { compileNamePatterns, compilePattern, type GlobPart, isPattern } from './glob-pattern.ts';
import { InputCollector, type LeftOutFiles } from './input-collector.ts';
import { invalidInput, missingPath, nothingFound, nothingLeft, unreadableInputs } from './input-problems.ts';
import { TimeSlices } from './time-slices.ts';
import { type WalkSummary, walkFolders } from './walk-folders.ts';

/** The search for the inputs of a launch. */
export interface InputSearch {
  /** Files, folders and patterns as the user wrote them. */
  paths: readonly string[];
  /** The pipeline's patterns, searched for in folders. */
  patterns: readonly string[];
  /** The folder that relative paths start from. */
  workingDirectory: string;
  /** Continue without files that cannot be read, instead of refusing the launch. */
  skipInvalid?: boolean;
  signal?: AbortSignal | undefined;
  /** Called after each file with the number of files found. */
  onFound?: ((count: number) => void) | undefined;
}

export interface FoundInputs {
  /** Sorted by path, each file once; without costs yet. */
  files: FileTable;
  /** What was found that is not an input; later checks add to it. */
  leftOut: LeftOutFiles;
}

/** The state of a path. */
type PathState = { kind: 'there'; stats: Stats } | { kind: 'missing' } | { kind: 'refused'; error: unknown };

interface Context {
  search: InputSearch;
  namePatterns: GlobPart[];
  collector: InputCollector;
  slices: TimeSlices;
}

/**
 * Finds the inputs. A named file is taken whatever its name is. A folder is searched for the patterns, without hidden files and folders.
 * A pattern is expanded as in a shell. Each path must lead to at least one file, and all files must be readable, unless unreadable files
 * are to be skipped; otherwise the problem names the wrong ones. What was found but not taken is returned with the files.
 * Throws only when the signal is aborted.
 */
export async function findInputs(search: InputSearch): Promise<Result<FoundInputs, Problem>> {
  const context: Context = {
    search,
    namePatterns: compileNamePatterns(search.patterns),
    collector: new InputCollector(search.onFound),
    slices: new TimeSlices(),
  };
  for (const path of search.paths) {
    const failed = await searchPath(context, path);
    if (failed !== null) return err(failed);
  }
  const { collector } = context;
  if (collector.unusable.length > 0 && search.skipInvalid !== true) return err(unreadableInputs(collector.unusable));
  collector.leaveOutUnusable();
  const files = collector.sorted();
  const { leftOut } = collector;
  return files.length === 0 ? err(nothingLeft(leftOut.list())) : ok({ files, leftOut });
}

async function searchPath(context: Context, text: string): Promise<Problem | null> {
  const path = resolve(context.search.workingDirectory, text);
  const at = pathState(path);
  // An existing name is that file, even when it contains special characters of patterns.
  if (at.kind === 'there') return searchExisting(context, path, at.stats);
  if (at.kind === 'missing' && isPattern(text)) return searchPattern(context, path);
  return notThere(context, path, at);
}

async function searchExisting(context: Context, path: string, stats: Stats): Promise<Problem | null> {
  if (stats.isDirectory()) {
    const summary = await walk(context, path, context.namePatterns, true);
    return emptySearch(context, summary, path, context.search.patterns);
  }
  if (!stats.isFile()) return invalidInput(path);
  context.collector.add({ file: path, real: realpathSync(path), relative_dir: '' });
  return null;
}

async function searchPattern(context: Context, path: string): Promise<Problem | null> {
  const { root, rest } = splitPattern(path);
  const at = pathState(root);
  if (at.kind !== 'there') return notThere(context, root, at);
  const summary = await walk(context, root, compilePattern(rest), false);
  return emptySearch(context, summary, root, [rest]);
}

function walk(context: Context, root: string, parts: readonly GlobPart[], searched: boolean): Promise<WalkSummary> {
  const { namePatterns, collector, slices, search } = context;
  return walkFolders({ root, parts, searched, namePatterns, collector, slices, signal: search.signal });
}

function emptySearch(
  context: Context,
  summary: WalkSummary,
  where: string,
  patterns: readonly string[],
): Problem | null {
  const nothing = summary.found === 0 && context.collector.unusable.length === 0;
  return nothing ? nothingFound(where, patterns, context.collector.leftOut) : null;
}

function notThere(context: Context, path: string, at: Exclude<PathState, { kind: 'there' }>): Problem | null {
  if (at.kind === 'missing') return missingPath(path, context.search.workingDirectory);
  context.collector.refuse(path, at.error, false);
  return null;
}

/** Splits a pattern into its fixed part, up to the first part with a special character, and the rest. */
function splitPattern(path: string): { root: string; rest: string } {
  const parts = path.split(sep);
  const first = parts.findIndex((part) => isPattern(part));
  const root = parts.slice(0, first).join(sep);
  return { root: root === '' ? sep : root, rest: parts.slice(first).join('/') };
}

function pathState(path: string): PathState {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'missing' };
    return { kind: 'there', stats: stats.isSymbolicLink() ? statSync(path) : stats };
  } catch (error) {
    return { kind: 'refused', error };
  }
}
