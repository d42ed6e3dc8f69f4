import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { draftOfDuplicate, draftOfRequest } from '../launch/draft-of-request.ts';
import { draftText, storeDraft } from '../launch/stored-draft.ts';
import { goTo } from '../store/layout-store.ts';
import { refreshRuns } from '../store/runs-store.ts';

interface HistoryWork {
  /** The current work as text; null when there is none. */
  doing: string | null;
  /** The problems of the last work. */
  problems: readonly Problem[];
}

/** One piece of work for one run. @returns why it failed; null on success */
export type Work<Run> = (client: EngineClient, run: Run) => Promise<Problem | null>;

/** Processes runs one after the other, and reports the progress and the problems. */
export function useHistoryWork() {
  const client = useEngine();
  const [state, setState] = useState<HistoryWork>({ doing: null, problems: [] });
  const work = async <Run>(engine: EngineClient, what: string, runs: readonly Run[], act: Work<Run>): Promise<void> => {
    const problems: Problem[] = [];
    for (const [index, run] of runs.entries()) {
      setState({ doing: runs.length === 1 ? `${what}…` : `${what} ${index + 1} of ${runs.length}…`, problems: [] });
      const found = await act(engine, run);
      if (found !== null) problems.push(found);
    }
    await refreshRuns(engine);
    setState({ doing: null, problems });
  };
  return {
    ...state,
    offline: client === null,
    start: <Run>(what: string, runs: readonly Run[], act: Work<Run>): void => {
      if (client !== null && state.doing === null) void work(client, what, runs, act);
    },
    dismiss: () => setState({ doing: null, problems: [] }),
  };
}

/**
 * Opens the form, filled in with the launch request of a run.
 * @param how `again`: exactly the same; `duplicate`: a second run beside it, under another name
 * @returns why it cannot be filled in
 */
export async function relaunch(client: EngineClient, run: string, how: 'again' | 'duplicate'): Promise<Problem | null> {
  const request = await call(client.launchRequestOf({ run }));
  if (!request.ok) return request.error;
  const draft = how === 'again' ? draftOfRequest(request.value) : draftOfDuplicate(request.value);
  storeDraft(localStorage, draftText(draft, Date.now()));
  goTo({ page: 'new' });
  return null;
}
