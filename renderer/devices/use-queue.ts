import { useCallback, useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** How often the queue is asked for while somebody looks at it (milliseconds). */
const POLL_MS = 2_000;

export interface QueueView {
  /** The waiting runs in their order; null before the first answer. */
  runs: readonly WaitingRun[] | null;
  problem: Problem | null;
  move: (run: string, to: QueuePlace) => void;
  /** Takes a run out of the queue. */
  remove: (run: string) => void;
}

/** The runs that wait for devices, kept up to date while the page is shown. */
export function useQueue(client: EngineClient | null): QueueView {
  const [runs, setRuns] = useState<readonly WaitingRun[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const refresh = useCallback(async () => {
    if (client === null) return;
    const answer = await call(client.queue({}));
    if (answer.ok) setRuns(answer.value.runs);
    else setProblem(answer.error);
  }, [client]);
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => document.hidden || void refresh(), POLL_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const act = async (client: EngineClient, change: 'stop' | QueuePlace, run: string): Promise<void> => {
    const asked =
      change === 'stop'
        ? call(client.stopRun({ run, force: false, by: 'window' }))
        : call(client.moveQueued({ run, to: change }));
    const answer = await asked;
    setProblem(answer.ok ? null : answer.error);
    await refresh();
  };
  return {
    runs,
    problem,
    move: (run, to) => client !== null && void act(client, to, run),
    remove: (run) => client !== null && void act(client, 'stop', run),
  };
}
