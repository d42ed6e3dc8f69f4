import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { FolderListing } from '../../shared/contract/machine.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

export interface FolderState {
  /** The last folder that could be listed; it stays while another is asked for or when that cannot be listed. */
  listing: FolderListing | null;
  problem: Problem | null;
  asking: boolean;
}

/**
 * The content of a folder of the engine's machine.
 * @param path null for the folder where the engine begins
 */
export function useFolder(client: EngineClient, path: string | null): FolderState {
  const [state, setState] = useState<FolderState>({ listing: null, problem: null, asking: true });
  useEffect(() => {
    let current = true;
    setState((before) => ({ ...before, asking: true }));
    const ask = async (): Promise<void> => {
      const answer = await call(client.listFolder({ path }));
      // A place to go on from, where the first folder is none: a folder for results may have yet to be made.
      const instead = answer.ok || path === null ? answer : await call(client.listFolder({ path: null }));
      if (!current) return;
      setState(({ listing }) => ({
        listing: answer.ok ? answer.value : (listing ?? (instead.ok ? instead.value : null)),
        problem: answer.ok ? null : answer.error,
        asking: false,
      }));
    };
    void ask();
    return () => {
      current = false;
    };
  }, [client, path]);
  return state;
}
