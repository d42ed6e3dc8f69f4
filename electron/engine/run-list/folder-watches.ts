import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Folders that appear together are looked at together (milliseconds). */
const FOLDER_SETTLE_MS = 30;

/** So many folders of pipelines are watched; the runs of others are found by looking. */
const WATCHED_FOLDERS = 200;

/** Says when folders of runs appear or go: in the folder of all runs, and in those of the pipelines. */
export class FolderWatches {
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
