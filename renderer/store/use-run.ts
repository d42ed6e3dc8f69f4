import { useEffect, useState } from 'react';
import type { Problem } from '../../shared/problem.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { isActive } from '../parts/status-words.ts';
import type { RunSnapshot } from './run-fold.ts';
import { keepOnly, useRunStore, watchRun } from './run-store.ts';
import { useRuns } from './runs-store.ts';

/** A run whose watch is over and that the list still calls active is looked at again after this time: the list may be old (milliseconds). */
const WATCH_AGAIN_MS = 300;

/** Follows a run as long as the component is mounted, over lost connections and over a resume by somebody else. */
export function useRun(run: string): { snapshot: RunSnapshot | null; refusal: Problem | null } {
  const client = useEngine();
  const snapshot = useRunStore((state) => state.snapshots[run] ?? null);
  const refusal = useRunStore((state) => state.refusals[run] ?? null);
  const listedActive = useRuns(({ entries }) => entries.some((entry) => entry.run === run && isActive(entry.status)));
  const [watches, setWatches] = useState(0);

  useEffect(() => keepOnly(run), [run]);

  useEffect(() => (client === null ? undefined : watchRun(client, run)), [client, run, watches]);

  const doubt = listedActive && snapshot !== null ? doubtAbout(snapshot) : null;
  useEffect(() => {
    if (doubt === null) return undefined;
    const timer = setTimeout(() => setWatches((count) => count + 1), WATCH_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [doubt]);

  return { snapshot, refusal };
}

/**
 * Why a watch of a run that is listed as active does not tell how it stands: it is over (each such snapshot is a reason anew, as the list may be
 * old more than once), or it began in the moment between the making of the run and its first owner. null when there is no doubt.
 */
function doubtAbout(snapshot: RunSnapshot): RunSnapshot | 'begun without owner' | null {
  if (!snapshot.live) return snapshot;
  return snapshot.status === 'interrupted' ? 'begun without owner' : null;
}
