import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { followParts, type GlobPart } from './glob-pattern.ts';
import type { InputCollector } from './input-collector.ts';
import type { TimeSlices } from './time-slices.ts';

/** What a search begins with. */
export interface Walk {
  root: string;
  /** What is looked for below the root. */
  parts: readonly GlobPart[];
  /** What is looked for in folders that are themselves found (a pattern may name folders). */
  namePatterns: readonly GlobPart[];
  collector: InputCollector;
  slices: TimeSlices;
  signal?: AbortSignal | undefined;
}

/** What a search saw besides the files it gave to the collector. */
export interface WalkSummary {
  found: number;
  /** Hidden files and folders that were left out. */
  hidden: string[];
}

interface Folder {
  path: string;
  real: string;
  /** Below the root, empty at the top. */
  relative: string;
  parts: readonly GlobPart[];
}

/**
 * Searches a folder and what is below it. Links come last: a file or folder that is also there under its own name keeps that name, and
 * a folder is read once, so links in a circle end.
 */
export async function walkFolders(walk: Walk): Promise<WalkSummary> {
  const state = new WalkState(walk);
  for (let next = state.next(); next !== null; next = state.next()) {
    walk.signal?.throwIfAborted();
    for (const entry of entriesOf(next, walk.collector)) {
      if (walk.slices.due) await walk.slices.pause();
      state.visit(next, entry);
    }
  }
  return state.summary;
}

function entriesOf(folder: Folder, collector: InputCollector): Dirent[] {
  try {
    return readdirSync(folder.path, { withFileTypes: true });
  } catch (error) {
    collector.refuse(folder.path, error, true);
    return [];
  }
}

class WalkState {
  readonly summary: WalkSummary = { found: 0, hidden: [] };
  readonly #walk: Walk;
  readonly #folders: Folder[];
  readonly #links: { folder: Folder; name: string }[] = [];
  readonly #visited = new Set<string>();

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#folders = [{ path: walk.root, real: realpathSync(walk.root), relative: '', parts: walk.parts }];
  }

  /** The next folder to read, links when there is no other left; null at the end. */
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
      }
    }
  }

  visit(folder: Folder, entry: Dirent): void {
    if (entry.isSymbolicLink()) this.#links.push({ folder, name: entry.name });
    else if (entry.isDirectory()) this.#visitFolder(folder, entry.name, join(folder.real, entry.name));
    else if (entry.isFile()) this.#visitFile(folder, entry.name, join(folder.real, entry.name));
  }

  #visitFolder(parent: Folder, name: string, real: string): void {
    const { found, below } = followParts(parent.parts, name, true);
    const parts = found ? [...below, ...this.#walk.namePatterns] : below;
    if (parts.length > 0) {
      const relative = parent.relative === '' ? name : `${parent.relative}/${name}`;
      this.#folders.push({ path: join(parent.path, name), real, relative, parts });
    } else this.#noteHidden(parent, name);
  }

  #visitFile(folder: Folder, name: string, real: string): void {
    if (followParts(folder.parts, name, false).found) {
      this.summary.found++;
      this.#walk.collector.add({ file: join(folder.path, name), real, relative_dir: folder.relative });
    } else this.#noteHidden(folder, name);
  }

  #visitLink(folder: Folder, name: string): void {
    const path = join(folder.path, name);
    try {
      const stats = statSync(path);
      if (stats.isDirectory()) this.#visitFolder(folder, name, realpathSync(path));
      else if (stats.isFile()) this.#visitFile(folder, name, realpathSync(path));
    } catch (error) {
      if (followParts(folder.parts, name, false).found) this.#walk.collector.refuse(path, error, false);
    }
  }

  #noteHidden(folder: Folder, name: string): void {
    if (name.startsWith('.')) this.summary.hidden.push(join(folder.path, name));
  }
}
