import type { RunListEntry } from '../../shared/contract/runs.ts';

/**
 * A new list of runs that keeps what did not change: entries that are the same stay the same object, and so does the list, so that only
 * what changed is drawn again.
 */
export function mergeRuns(known: readonly RunListEntry[], fresh: readonly RunListEntry[]): readonly RunListEntry[] {
  const byRun = new Map(known.map((entry) => [entry.run, entry]));
  const merged = fresh.map((entry) => {
    const before = byRun.get(entry.run);
    return before !== undefined && isSame(before, entry) ? before : entry;
  });
  const same = merged.length === known.length && merged.every((entry, index) => entry === known[index]);
  return same ? known : merged;
}

function isSame(a: RunListEntry, b: RunListEntry): boolean {
  return (
    a.status === b.status &&
    a.ended === b.ended &&
    a.name === b.name &&
    a.damage === b.damage &&
    a.directory === b.directory &&
    a.items.total === b.items.total &&
    a.items.complete === b.items.complete &&
    a.items.failed === b.items.failed
  );
}
