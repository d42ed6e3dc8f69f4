import { useEffect, useState } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { Problem } from '../../shared/problem.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { isActive } from '../parts/status-words.ts';
import type { RunSnapshot } from './run-fold.ts';
import { keepOnly, useRunStore, watchRun } from './run-store.ts';
import { useRuns } from './runs-store.ts';

/** A run whose watch is over and that the list still calls active is looked at again after this time: the list may be old (milliseconds). */
const WATCH_AGAIN_MS = 300;

/** Before any run. */
const NEVER = new Date(0).toISOString();

/** Follows a run as long as the component is mounted, over lost connections and over a resume by somebody else. */
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
 * Why a watch does not tell how a run stands, by what the list says of it: the watch is over and the run is active again, or was and has ended
 * anew since (each such snapshot is a reason anew, as the list may be old more than once); or the watch began in the moment between the making
 * of the run and its first owner. null when there is no doubt.
 */
function doubtAbout(snapshot: RunSnapshot, listed: RunListEntry): RunSnapshot | 'begun without owner' | null {
  if (!snapshot.live) return isActive(listed.status) || hasEndedAnew(snapshot, listed) ? snapshot : null;
  return isActive(listed.status) && snapshot.status === 'interrupted' ? 'begun without owner' : null;
}

/** A short resume may be over before the list has told that the run was active. */
function hasEndedAnew({ model }: RunSnapshot, { ended }: RunListEntry): boolean {
  return ended !== null && Date.parse(ended) > Date.parse(model.state.ended ?? NEVER);
}
