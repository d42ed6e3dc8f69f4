import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { RunListChange } from '../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { makeFolders } from '../files/make-folders.ts';
import { type Depth, ENTRIES_PER_PUSH, ListIndex, type ListIndexOptions } from './list-index.ts';

/** Runs that are active, and the newest ones, are looked at this often: progress and a resume show within it (milliseconds). */
const RECENT_LOOK_MS = 1_000;

/** The journals of all runs are looked at this often (milliseconds), or less often where that takes long: see ALL_LOOK_SHARE. */
const ALL_LOOK_MS = 5_000;

/** Looking at all journals takes at most a share of 1 / this of the time: 10,000 of them take some 50 ms. */
const ALL_LOOK_SHARE = 50;

/** Every so many looks at all journals the other records are looked at as well: somebody may have damaged them by hand. */
const THOROUGH_EVERY = 12;

/** The run folders may name private files. */
const PRIVATE_MODE = 0o700;

/** Folders that appear together are looked at together (milliseconds). */
const FOLDER_SETTLE_MS = 30;

/** So many folders of pipelines are watched; the runs of others are found by looking. */
const WATCHED_FOLDERS = 200;

type Listener = (change: RunListChange) => void;

/**
 * The list of all runs, for whoever asks once and for whoever watches. While somebody watches, folders are watched and files are looked
 * at; else nothing is done.
 */
export class RunList {
  private readonly options: ListIndexOptions;
  private readonly index: ListIndex;
  private readonly folders: FolderWatches;
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  /** Whether all runs have been seen since the watching began. */
  private loaded = false;
  private allLooks = 0;
  /** When all journals are to be looked at again, in the clock of `performance.now()`. */
  private nextAll = 0;

  constructor(options: ListIndexOptions) {
    this.options = options;
    this.index = new ListIndex(options);
    this.folders = new FolderWatches(options.runs, () => void this.lookAgain());
  }

  /** All runs as they are now, newest first. */
  async list(): Promise<RunListEntry[]> {
    await this.look('everything');
    return this.index.entries();
  }

  /** Tells all runs, newest first and in parts, and then what changes. @returns ends it */
  watch(listener: Listener): () => void {
    const isFirst = this.listeners.size === 0;
    if (isFirst) this.loaded = false;
    this.listeners.add(listener);
    for (const changed of parts(this.index.entries())) listener({ changed, removed: [], loaded: false });
    if (isFirst) void this.begin();
    else if (this.loaded) listener({ changed: [], removed: [], loaded: true });
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    };
  }

  /** Looks for what this process has just changed, or was told of: new folders, recent and active runs. */
  async lookAgain(): Promise<void> {
    if (this.loaded && this.listeners.size > 0) await this.look('folders');
  }

  /** Remembers what a run's folder takes. */
  setBytes(directory: string, bytes: number): void {
    this.index.setBytes(directory, bytes);
  }

  close(): void {
    this.listeners.clear();
    this.rest();
  }

  private async begin(): Promise<void> {
    makeFolder(this.options.runs);
    this.nextAll = 0;
    await this.look('everything');
    this.loaded = true;
    this.push({ changed: [], removed: [] });
    this.schedule();
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.folders.close();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.listeners.size === 0) return;
    this.timer = setTimeout(() => void this.look(this.nextDepth()).then(() => this.schedule()), RECENT_LOOK_MS).unref();
  }

  private nextDepth(): Depth {
    if (performance.now() < this.nextAll) return this.index.hasYoung ? 'folders' : 'recent';
    this.allLooks += 1;
    return this.allLooks % THOROUGH_EVERY === 0 ? 'everything' : 'journals';
  }

  private async look(depth: Depth): Promise<void> {
    const began = performance.now();
    await this.index.look(depth, (change) => this.push(change));
    if (depth === 'recent') return;
    if (this.listeners.size > 0) this.folders.sync(this.index.pipelines());
    if (depth === 'folders') return;
    const now = performance.now();
    this.nextAll = now + Math.max(ALL_LOOK_MS, (now - began) * ALL_LOOK_SHARE);
  }

  private push(change: Omit<RunListChange, 'loaded'>): void {
    for (const listener of this.listeners) listener({ ...change, loaded: this.loaded });
  }
}

function* parts(entries: readonly RunListEntry[]): Generator<RunListEntry[]> {
  for (let from = 0; from < entries.length; from += ENTRIES_PER_PUSH)
    yield entries.slice(from, from + ENTRIES_PER_PUSH);
}

/** So that the first run of all is noticed at once. Where it cannot be made, no run can be either. */
function makeFolder(folder: string): void {
  try {
    makeFolders(folder, PRIVATE_MODE);
  } catch {
    // See above.
  }
}

/** Says when folders of runs appear or go: in the folder of all runs, and in those of the pipelines. */
class FolderWatches {
  private readonly runs: string;
  private readonly onChange: () => void;
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(runs: string, onChange: () => void) {
    this.runs = runs;
    this.onChange = onChange;
  }

  /** Watches what is there now. Where watching is refused (no watches left, a network), the runs are found by looking. */
  sync(pipelines: ReadonlySet<string>): void {
    const wanted = new Set([
      this.runs,
      ...[...pipelines].slice(0, WATCHED_FOLDERS).map((name) => join(this.runs, name)),
    ]);
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.forget(folder);
    for (const folder of wanted) if (!this.watchers.has(folder)) this.watch(folder);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const folder of this.watchers.keys()) this.forget(folder);
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.changed());
      watcher.on('error', () => this.forget(folder));
      this.watchers.set(folder, watcher);
    } catch {
      // See above.
    }
  }

  private forget(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onChange();
    }, FOLDER_SETTLE_MS).unref();
  }
}
