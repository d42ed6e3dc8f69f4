import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { RunListChange } from '../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { makeFolders } from '../files/make-folders.ts';
import { type Depth, ENTRIES_PER_PUSH, ListIndex, type ListIndexOptions } from './list-index.ts';

/** Runs that are active, and the newest ones, are polled this often (milliseconds): progress and a resume show within it. */
const RECENT_POLL_MS = 1_000;

/** The journals of all runs are polled this often (milliseconds), or less often when that takes long: see ALL_POLL_SHARE. */
const ALL_POLL_MS = 5_000;

/** Polling all journals takes at most 1 / this of the time: 10,000 of them take some 50 ms. */
const ALL_POLL_SHARE = 50;

/** After this many polls of all journals the other records are checked as well: a person may have damaged them by hand. */
const THOROUGH_EVERY = 12;

/** The run folders may name private files. */
const PRIVATE_MODE = 0o700;

/** Folders that appear within this time are read together (milliseconds). */
const FOLDER_SETTLE_MS = 30;

/** At most this many folders of pipelines are watched. The runs of others are found by polling. */
const WATCHED_FOLDERS = 200;

type Listener = (change: RunListChange) => void;

/**
 * The list of all runs, for single reads and for watchers. While there are watchers, folders are watched and files are polled. Otherwise
 * nothing is done.
 */
export class RunList {
  private readonly options: ListIndexOptions;
  private readonly index: ListIndex;
  private readonly folders: FolderWatches;
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  /** Whether all runs have been read since the first watcher began. */
  private loaded = false;
  private polls = 0;
  /** When all journals are polled next, in milliseconds of `performance.now()`. */
  private nextAll = 0;

  constructor(options: ListIndexOptions) {
    this.options = options;
    this.index = new ListIndex(options);
    this.folders = new FolderWatches(options.runs, () => void this.refresh());
  }

  /** Reads all runs as they are now, newest first. */
  async list(): Promise<RunListEntry[]> {
    await this.poll('everything');
    return this.index.entries();
  }

  /** Watches the list: pushes all runs, newest first and in parts, and then every change. @returns ends the watch */
  watch(listener: Listener): () => void {
    const isFirst = this.listeners.size === 0;
    if (isFirst) this.loaded = false;
    this.listeners.add(listener);
    for (const changed of parts(this.index.entries())) listener({ changed, removed: [], loaded: false });
    if (isFirst) void this.begin();
    else if (this.loaded) listener({ changed: [], removed: [], loaded: true });
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stopPolling();
    };
  }

  /** Reads again what this process has just changed or was notified of: new folders, recent and active runs. */
  async refresh(): Promise<void> {
    if (this.loaded && this.listeners.size > 0) await this.poll('folders');
  }

  /** Keeps the size of a run's folder. */
  setBytes(directory: string, bytes: number): void {
    this.index.setBytes(directory, bytes);
  }

  close(): void {
    this.listeners.clear();
    this.stopPolling();
  }

  private async begin(): Promise<void> {
    makeFolder(this.options.runs);
    this.nextAll = 0;
    await this.poll('everything');
    this.loaded = true;
    this.push({ changed: [], removed: [] });
    this.schedule();
  }

  private stopPolling(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.folders.close();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.listeners.size === 0) return;
    this.timer = setTimeout(() => void this.poll(this.nextDepth()).then(() => this.schedule()), RECENT_POLL_MS).unref();
  }

  private nextDepth(): Depth {
    if (performance.now() < this.nextAll) return this.index.hasYoung ? 'folders' : 'recent';
    this.polls += 1;
    return this.polls % THOROUGH_EVERY === 0 ? 'everything' : 'journals';
  }

  private async poll(depth: Depth): Promise<void> {
    const began = performance.now();
    await this.index.poll(depth, (change) => this.push(change));
    if (depth === 'recent') return;
    if (this.listeners.size > 0) this.folders.sync(this.index.pipelines());
    if (depth === 'folders') return;
    const now = performance.now();
    this.nextAll = now + Math.max(ALL_POLL_MS, (now - began) * ALL_POLL_SHARE);
  }

  private push(change: Omit<RunListChange, 'loaded'>): void {
    for (const listener of this.listeners) listener({ ...change, loaded: this.loaded });
  }
}

function* parts(entries: readonly RunListEntry[]): Generator<RunListEntry[]> {
  for (let from = 0; from < entries.length; from += ENTRIES_PER_PUSH)
    yield entries.slice(from, from + ENTRIES_PER_PUSH);
}

/** Makes the folder of runs, so that the first run is noticed at once. If this fails, no run can be made either. */
function makeFolder(folder: string): void {
  try {
    makeFolders(folder, PRIVATE_MODE);
  } catch {
    // See above.
  }
}

/** Notices when folders of runs appear or go, in the folder of all runs and in those of the pipelines. */
class FolderWatches {
  private readonly runs: string;
  private readonly onChange: () => void;
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(runs: string, onChange: () => void) {
    this.runs = runs;
    this.onChange = onChange;
  }

  /** Watches the folders that exist now. If watching is refused (no watches left, a network), the runs are found by polling. */
  sync(pipelines: ReadonlySet<string>): void {
    const wanted = new Set([
      this.runs,
      ...[...pipelines].slice(0, WATCHED_FOLDERS).map((name) => join(this.runs, name)),
    ]);
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.unwatch(folder);
    for (const folder of wanted) if (!this.watchers.has(folder)) this.watch(folder);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const folder of this.watchers.keys()) this.unwatch(folder);
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.changed());
      watcher.on('error', () => this.unwatch(folder));
      this.watchers.set(folder, watcher);
    } catch {
      // See above.
    }
  }

  private unwatch(folder: string): void {
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
