import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { followParts, type GlobPart } from './glob-pattern.ts';
import type { InputCollector } from './input-collector.ts';
import { type FolderEntry, findBadNames, mayBeBadName } from './raw-names.ts';
import type { TimeSlices } from './time-slices.ts';

/** The start of a search. */
export interface Walk {
  root: string;
  /** The parts to match below the root. */
  parts: readonly GlobPart[];
  /**
   * Whether the root is searched for the pipeline's patterns: then files that match none are reported. For a pattern of the user they are not.
   */
  searched: boolean;
  /** The parts to match in folders that are themselves found (a pattern may name folders). */
  namePatterns: readonly GlobPart[];
  collector: InputCollector;
  slices: TimeSlices;
  signal?: AbortSignal | undefined;
}

/** The result of a search besides the files in the collector. */
export interface WalkSummary {
  found: number;
}

interface Folder {
  path: string;
  real: string;
  /** Relative to the root, empty at the top. */
  relative: string;
  parts: readonly GlobPart[];
  /** See Walk. */
  searched: boolean;
}

/**
 * Searches a folder and everything below it. Links come last: a file or folder that also exists under its own name keeps that name. A folder
 * is read once, so that circular links end.
 */
export async function walkFolders(walk: Walk): Promise<WalkSummary> {
  const state = new WalkState(walk);
  for (let next = state.next(); next !== null; next = state.next()) {
    walk.signal?.throwIfAborted();
    const entries = entriesOf(next, walk.collector);
    const bad = entries.some(({ name }) => mayBeBadName(name)) ? findBadNames(next.path) : null;
    for (const entry of bad?.good ?? entries) {
      if (walk.slices.due) await walk.slices.pause();
      state.visit(next, entry);
    }
    for (const { entry, shown } of bad?.bad ?? []) state.visitBadName(next, entry, shown);
  }
  return state.summary;
}

function entriesOf(folder: Folder, collector: InputCollector): FolderEntry[] {
  try {
    return readdirSync(folder.path, { withFileTypes: true });
  } catch (error) {
    collector.refuse(folder.path, error, true);
    return [];
  }
}

class WalkState {
  readonly summary: WalkSummary = { found: 0 };
  readonly #walk: Walk;
  readonly #folders: Folder[];
  readonly #links: { folder: Folder; name: string }[] = [];
  readonly #visited = new Set<string>();

  constructor(walk: Walk) {
    this.#walk = walk;
    const { root, parts, searched } = walk;
    this.#folders = [{ path: root, real: realpathSync(root), relative: '', parts, searched }];
  }

  /** Returns the next folder to read, and links when no other is left; null at the end. */
  next(): Folder | null {
    for (;;) {
      const folder = this.#folders.pop();
      if (folder === undefined) {
        const link = this.#links.pop();
        if (link === undefined) return null;
        this.#visitLink(link.folder, link.name);
      } else if (!this.#visited.has(folder.real)) {
        this.#visited.add(folder.real);
        return folder;
      } else if (folder.searched) {
        this.#walk.collector.leftOut.add('same-file', folder.path, `the same as ${folder.real}`);
      }
    }
  }

  visit(folder: Folder, entry: FolderEntry): void {
    if (entry.isSymbolicLink()) this.#links.push({ folder, name: entry.name });
    else if (entry.isDirectory()) this.#visitFolder(folder, entry.name, join(folder.real, entry.name));
    else if (entry.isFile()) this.#visitFile(folder, entry.name, join(folder.real, entry.name));
    else this.#visitOther(folder, entry.name);
  }

  /** Visits an entry whose name is not text; it is refused where a search would use it. @param shown the name for people */
  visitBadName(folder: Folder, entry: FolderEntry, shown: string): void {
    const isFolder = entry.isDirectory();
    const { found, below } = followParts(folder.parts, entry.name, isFolder);
    if (found || below.length > 0) this.#walk.collector.refuseName(join(folder.path, shown), isFolder);
    else this.#passOver(folder, shown);
  }

  #visitFolder(parent: Folder, name: string, real: string): void {
    const { found, below } = followParts(parent.parts, name, true);
    const parts = found ? [...below, ...this.#walk.namePatterns] : below;
    if (parts.length > 0) {
      const relative = parent.relative === '' ? name : `${parent.relative}/${name}`;
      const searched = parent.searched || found;
      this.#folders.push({ path: join(parent.path, name), real, relative, parts, searched });
    } else {
      this.#passOver(parent, name);
    }
  }

  #visitFile(folder: Folder, name: string, real: string): void {
    if (followParts(folder.parts, name, false).found) {
      this.summary.found++;
      this.#walk.collector.add({ file: join(folder.path, name), real, relative_dir: folder.relative });
    } else {
      this.#passOver(folder, name);
    }
  }

  /** Visits a pipe or a device: inputs are read more than once, which it does not allow. */
  #visitOther(folder: Folder, name: string): void {
    if (followParts(folder.parts, name, false).found)
      this.#walk.collector.leftOut.add('not-a-file', join(folder.path, name));
    else this.#passOver(folder, name);
  }

  #visitLink(folder: Folder, name: string): void {
    const path = join(folder.path, name);
    try {
      const stats = statSync(path);
      if (stats.isDirectory()) this.#visitFolder(folder, name, realpathSync(path));
      else if (stats.isFile()) this.#visitFile(folder, name, realpathSync(path));
      else this.#visitOther(folder, name);
    } catch (error) {
      if (followParts(folder.parts, name, false).found) this.#walk.collector.refuse(path, error, false);
      else this.#passOver(folder, name);
    }
  }

  #passOver(folder: Folder, name: string): void {
    const { leftOut } = this.#walk.collector;
    if (name.startsWith('.')) leftOut.add('hidden', join(folder.path, name));
    else if (folder.searched) leftOut.add('not-matched', join(folder.path, name));
  }
}
