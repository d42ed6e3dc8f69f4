import type { RunListChange } from '../../shared/contract/history.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';

/** Folds the list of runs from one watch. */
export class RunListFold {
  private readonly byDirectory: Map<string, RunListEntry>;
  /** Runs of an earlier watch that this one has not pushed yet: they stay visible until the list is complete. */
  private readonly unconfirmed: Set<string>;

  constructor(known: readonly RunListEntry[] = []) {
    this.byDirectory = new Map(known.map((entry) => [entry.directory, entry]));
    this.unconfirmed = new Set(this.byDirectory.keys());
  }

  /** @returns all runs now, newest first */
  apply({ changed, removed, loaded }: RunListChange): readonly RunListEntry[] {
    for (const entry of changed) {
      this.byDirectory.set(entry.directory, entry);
      this.unconfirmed.delete(entry.directory);
    }
    for (const directory of removed) this.byDirectory.delete(directory);
    if (loaded) this.dropUnconfirmed();
    return [...this.byDirectory.values()].sort(newestFirst);
  }

  /** Adds the requested sizes, which the list itself does not contain. */
  setBytes(sizes: readonly { run: string; bytes: number }[]): readonly RunListEntry[] {
    const bytes = new Map(sizes.map((size) => [size.run, size.bytes]));
    for (const entry of this.byDirectory.values()) {
      const size = bytes.get(entry.run);
      if (size !== undefined) this.byDirectory.set(entry.directory, { ...entry, bytes: size });
    }
    return [...this.byDirectory.values()].sort(newestFirst);
  }

  private dropUnconfirmed(): void {
    for (const directory of this.unconfirmed) this.byDirectory.delete(directory);
    this.unconfirmed.clear();
  }
}

/** Ids begin with the time of the launch. */
function newestFirst(a: RunListEntry, b: RunListEntry): number {
  return a.run < b.run ? 1 : a.run > b.run ? -1 : 0;
}
