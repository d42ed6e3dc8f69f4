import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { Problem } from '../../shared/problem.ts';
import { RunListFold } from './run-list-fold.ts';

interface RunsState {
  /** Newest first. */
  entries: readonly RunListEntry[];
  /** False until all runs have been told, or the question was refused. */
  loaded: boolean;
  /** Why the engine does not tell the list; null when it does. */
  refusal: Problem | null;
  /** That folders of runs cannot be read, so that there may be more than is listed; null when all can. */
  unseen: Problem | null;
  /** Why the sizes that were asked for last are not known; null when they are. */
  unmeasured: Problem | null;
}

/** All runs of the data folder, as the engine tells them. */
export const useRuns = create<RunsState>(() => ({
  entries: [],
  loaded: false,
  refusal: null,
  unseen: null,
  unmeasured: null,
}));

/** Why there may be more runs than are listed; null when there are not. */
export function useUnseenRuns(): Problem | null {
  return useRuns(({ refusal, unseen }) => refusal ?? unseen);
}

let fold = new RunListFold();

/** Resolves when the list is up to date, for instance after a launch. A lost connection changes nothing. */
export async function refreshRuns(client: EngineClient): Promise<void> {
  const watched = await client.watchRuns({}).catch(() => null);
  if (watched === null) return;
  useRuns.setState(watched.ok ? { refusal: null } : { refusal: watched.error, loaded: true });
}

/** Watches the list of runs; earlier entries stay until the new list is complete. @returns ends the watch */
export function keepRunsFresh(client: EngineClient): () => void {
  fold = new RunListFold(useRuns.getState().entries);
  const unsubscribe = client.subscribe({
    runsChanged: (change) =>
      useRuns.setState(({ loaded }) => ({ entries: fold.apply(change), loaded: loaded || change.loaded })),
  });
  void refreshRuns(client);
  void askUnseen(client);
  return () => {
    unsubscribe();
    void client.unwatchRuns({}).catch(() => undefined);
  };
}

/** Asks whether there are unreadable runs; a lost connection changes nothing. */
async function askUnseen(client: EngineClient): Promise<void> {
  const unreadable = await client.unreadableRuns({}).catch(() => null);
  if (unreadable === null) return;
  useRuns.setState({ unseen: unreadable.ok ? (unreadable.value?.problem ?? null) : unreadable.error });
}

/** Requests the sizes of run folders on the disk, and keeps the answers in the list. */
export async function askSizes(client: EngineClient, runs: readonly string[]): Promise<void> {
  const sizes = await client.runSizes({ runs: [...runs] }).catch(() => null);
  if (sizes === null) return;
  useRuns.setState(sizes.ok ? { entries: fold.setBytes(sizes.value), unmeasured: null } : { unmeasured: sizes.error });
}
