import type { OwnedEnd } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';

/** Returns the title of a run for people. */
export function runTitle({ name, pipeline }: Pick<OwnedProgress, 'name' | 'pipeline'>): string {
  return name ?? pipeline;
}

/** Returns `3 of 12 files`, with the number of failed files. */
export function progressWords({ items }: Pick<OwnedProgress, 'items'>): string {
  const failed = items.failed === 0 ? '' : `, ${items.failed} failed`;
  return `${items.complete + items.failed} of ${files(items.total)}${failed}`;
}

/** What a notification needs to know of a run that has ended. */
type EndOfRun = Pick<OwnedEnd, 'name' | 'pipeline' | 'status'> & {
  items: Pick<OwnedEnd['items'], 'total' | 'complete' | 'failed'>;
};

/** Describes how a run ended, for a notification. */
export function endWords(end: EndOfRun): { title: string; body: string } {
  const { items, status } = end;
  const run = runTitle(end);
  switch (status) {
    case 'completed':
      return { title: `${run} is complete`, body: `${files(items.complete)} done.` };
    case 'completed-with-failures':
      return {
        title: `${run} ended with failures`,
        body: `${items.complete} of ${files(items.total)} done, ${items.failed} failed.`,
      };
    case 'failed':
      return {
        title: `${run} failed`,
        body: `${items.complete} of ${files(items.total)} done. Open the run to see why.`,
      };
    case 'stopped':
      return {
        title: `${run} was stopped`,
        body: `${items.complete} of ${files(items.total)} done. It can be resumed.`,
      };
    default:
      return status satisfies never;
  }
}

/** Returns the share of finished files of all runs, 0 to 1; null while no file is known. */
export function doneShare(runs: readonly Pick<OwnedProgress, 'items'>[]): number | null {
  const total = runs.reduce((sum, { items }) => sum + items.total, 0);
  const done = runs.reduce((sum, { items }) => sum + items.complete + items.failed + items.skipped, 0);
  return total === 0 ? null : done / total;
}

/** Returns the address of a run in the page: the part after `#`. */
export function runHash(run: string): string {
  return `/run/${run}`;
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
