import { useEffect, useState } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { Problem } from '../../shared/problem.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { isActive } from '../parts/status-words.ts';
import type { RunSnapshot } from './run-fold.ts';
import { keepOnly, useRunStore, watchRun } from './run-store.ts';
import { useRuns } from './runs-store.ts';

/** When a watch is over but the list still calls the run active, it is watched again after this time: the list may be old (milliseconds). */
const WATCH_AGAIN_MS = 300;

/** A time before any run. */
const NEVER = new Date(0).toISOString();

/** Watches a run while the component is mounted, across lost connections and a resume by another process. */
export function useRun(run: string): { snapshot: RunSnapshot | null; refusal: Problem | null } {
  const client = useEngine();
  const snapshot = useRunStore((state) => state.snapshots[run] ?? null);
  const refusal = useRunStore((state) => state.refusals[run] ?? null);
  const listed = useRuns(({ entries }) => entries.find((entry) => entry.run === run));
  const [watches, setWatches] = useState(0);

  useEffect(() => keepOnly(run), [run]);

  useEffect(() => (client === null ? undefined : watchRun(client, run)), [client, run, watches]);

  const doubt = listed === undefined || snapshot === null ? null : doubtAbout(snapshot, listed);
  useEffect(() => {
    if (doubt === null) return undefined;
    const timer = setTimeout(() => setWatches((count) => count + 1), WATCH_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [doubt]);

  return { snapshot, refusal };
}

/**
 * Returns why a watch may be out of date, compared with the list. Either the watch is over, but the run is active again, or was active again and
 * has ended since. Each such snapshot is a new reason, because the list may be old more than once. Or the watch began between the creation of
 * the run and its first owner. null when there is no doubt.
 */
function doubtAbout(snapshot: RunSnapshot, listed: RunListEntry): RunSnapshot | 'begun without owner' | null {
  if (!snapshot.live) return isActive(listed.status) || hasEndedAnew(snapshot, listed) ? snapshot : null;
  return isActive(listed.status) && snapshot.status === 'interrupted' ? 'begun without owner' : null;
}

/** Whether the run has ended once more: a short resume may be over before the list shows the run as active. */
function hasEndedAnew({ model }: RunSnapshot, { ended }: RunListEntry): boolean {
  return ended !== null && Date.parse(ended) > Date.parse(model.state.ended ?? NEVER);
}
