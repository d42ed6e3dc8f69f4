import type { RunListChange } from '../../shared/contract/history.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';

/** The list of runs as one watch of it tells it. */
export class RunListFold {
  private readonly byDirectory: Map<string, RunListEntry>;
  /** What an earlier watch knew and this one has not told yet: it stays visible until all has been told. */
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
    if (loaded) this.forgetUnconfirmed();
    return [...this.byDirectory.values()].sort(newestFirst);
  }

  /** What a person asked for and the list itself does not tell. */
  setBytes(sizes: readonly { run: string; bytes: number }[]): readonly RunListEntry[] {
    const bytes = new Map(sizes.map((size) => [size.run, size.bytes]));
    for (const entry of this.byDirectory.values()) {
      const size = bytes.get(entry.run);
      if (size !== undefined) this.byDirectory.set(entry.directory, { ...entry, bytes: size });
    }
    return [...this.byDirectory.values()].sort(newestFirst);
  }

  private forgetUnconfirmed(): void {
    for (const directory of this.unconfirmed) this.byDirectory.delete(directory);
    this.unconfirmed.clear();
  }
}

/** Ids begin with the time of the launch. */
function newestFirst(a: RunListEntry, b: RunListEntry): number {
  return a.run < b.run ? 1 : a.run > b.run ? -1 : 0;
}
