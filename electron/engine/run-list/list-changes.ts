import type { RunListChange } from '../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { ENTRIES_PER_PUSH } from './limits.ts';

/** While many runs are read, what was found is told at most this often (milliseconds): each message is drawn. */
const PUSH_EVERY_MS = 150;

/** What a look at the runs finds, gathered so that neither a message per run nor one of many megabytes is sent. */
export class ListChanges {
  private readonly tell: (change: Omit<RunListChange, 'loaded'>) => void;
  private changed: RunListEntry[] = [];
  private removed: string[] = [];
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(tell: (change: Omit<RunListChange, 'loaded'>) => void) {
    this.tell = tell;
  }

  add(entry: RunListEntry): void {
    this.changed.push(entry);
    if (this.changed.length >= ENTRIES_PER_PUSH) this.flush();
  }

  remove(directory: string): void {
    this.removed.push(directory);
  }

  /** Tells what there is, unless something was told a moment ago. */
  flushInTime(): void {
    if (performance.now() - this.toldAt >= PUSH_EVERY_MS) this.flush();
  }

  /** Tells what there is now. */
  flush(): void {
    if (this.changed.length === 0 && this.removed.length === 0) return;
    const change = { changed: this.changed, removed: this.removed };
    this.changed = [];
    this.removed = [];
    this.toldAt = performance.now();
    this.tell(change);
  }
}
