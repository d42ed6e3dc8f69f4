import type { OwnedEnd } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';

/** A run as people call it. */
export function runTitle({ name, pipeline }: Pick<OwnedProgress, 'name' | 'pipeline'>): string {
  return name ?? pipeline;
}

/** `3 of 12 files`, with what failed. */
export function progressWords({ items }: Pick<OwnedProgress, 'items'>): string {
  const failed = items.failed === 0 ? '' : `, ${items.failed} failed`;
  return `${items.complete + items.failed} of ${files(items.total)}${failed}`;
}

/** How a run ended, for a notification. */
export function endWords(end: OwnedEnd): { title: string; body: string } {
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
      return { title: `${run} failed`, body: `${items.complete} of ${files(items.total)} done. The run says why.` };
    case 'stopped':
      return {
        title: `${run} was stopped`,
        body: `${items.complete} of ${files(items.total)} done. It can be resumed.`,
      };
    default:
      return status satisfies never;
  }
}

/** Done share of all files of all runs, 0 to 1; null while nothing is known. */
export function doneShare(runs: readonly Pick<OwnedProgress, 'items'>[]): number | null {
  const total = runs.reduce((sum, { items }) => sum + items.total, 0);
  const done = runs.reduce((sum, { items }) => sum + items.complete + items.failed + items.skipped, 0);
  return total === 0 ? null : done / total;
}

/** Where the page shows a run: what stands behind the `#` of its address. */
export function runHash(run: string): string {
  return `/run/${run}`;
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
