import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { Problem } from '../../shared/problem.ts';
import { RunListFold } from './run-list-fold.ts';

interface RunsState {
  /** Newest first. */
  entries: readonly RunListEntry[];
  /** False until the list is complete. */
  loaded: boolean;
  /** The problem that run folders cannot be read, so that more runs may exist than listed; null when all can be read. */
  unseen: Problem | null;
}

/** All runs of the data folder, as pushed by the engine. */
export const useRuns = create<RunsState>(() => ({ entries: [], loaded: false, unseen: null }));

let fold = new RunListFold();

/** Resolves when the list is up to date, for instance after a launch. A lost connection changes nothing. */
export async function refreshRuns(client: EngineClient): Promise<void> {
  await client.watchRuns({}).catch(() => undefined);
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
  useRuns.setState({ unseen: unreadable?.problem ?? null });
}

/** Requests the sizes of run folders on the disk, and keeps the answers in the list. */
export async function askSizes(client: EngineClient, runs: readonly string[]): Promise<void> {
  const sizes = await client.runSizes({ runs: [...runs] }).catch(() => []);
  if (sizes.length > 0) useRuns.setState({ entries: fold.setBytes(sizes) });
}
