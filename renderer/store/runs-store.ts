import { create } from 'zustand';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { EngineClient } from '../../shared/engine-client.ts';
import { mergeRuns } from './merge-runs.ts';

/** Runs of other processes announce nothing, so the list is asked for again after this time (milliseconds). */
const REFRESH_EVERY_MS = 2_000;
/** A list that takes long is asked for less often: the engine spends at most a share of 1 / this on it. */
const REFRESH_SHARE = 10;

interface RunsState {
  /** Newest first. */
  entries: readonly RunListEntry[];
  /** False until the first list has come. */
  loaded: boolean;
}

/** All runs of the data folder, as the engine lists them. */
export const useRuns = create<RunsState>(() => ({ entries: [], loaded: false }));

/** Asks for the list now, for instance after a launch. A connection that is lost meanwhile changes nothing. */
export async function refreshRuns(client: EngineClient): Promise<void> {
  const entries = await client.runs({}).catch(() => null);
  if (entries === null) return;
  const known = useRuns.getState();
  const merged = mergeRuns(known.entries, entries);
  if (merged !== known.entries || !known.loaded) useRuns.setState({ entries: merged, loaded: true });
}

/** Keeps the list fresh while the page is visible. @returns ends it */
export function keepRunsFresh(client: EngineClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const began = performance.now();
    if (document.visibilityState === 'visible') await refreshRuns(client);
    const took = performance.now() - began;
    clearTimeout(timer);
    if (!over) timer = setTimeout(look, Math.max(REFRESH_EVERY_MS, took * REFRESH_SHARE));
  };
  const lookNow = (): void => void look();
  const unsubscribe = client.subscribe({ runEnded: lookNow });
  document.addEventListener('visibilitychange', lookNow);
  lookNow();
  return () => {
    over = true;
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', lookNow);
  };
}
