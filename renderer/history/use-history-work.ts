import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { refreshRuns } from '../store/runs-store.ts';

interface HistoryWork {
  /** What is being done, in words; null when nothing is. */
  doing: string | null;
  /** What could not be done the last time. */
  problems: readonly Problem[];
}

/** One piece of work for one run. @returns why it could not be done; null when it was */
export type Work<Run> = (client: EngineClient, run: Run) => Promise<Problem | null>;

/** Does things with runs one after the other, and tells how far it is and what could not be done. */
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
    forget: () => setState({ doing: null, problems: [] }),
  };
}
