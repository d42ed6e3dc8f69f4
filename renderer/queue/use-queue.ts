import { useCallback, useEffect, useRef, useState } from 'react';
import type { Answer } from '../../shared/contract/answer.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { WaitingRun } from '../../shared/contract/machine.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** What the queue needs of the engine. */
export type QueueClient = Pick<EngineClient, 'queue' | 'moveQueued' | 'stopRun'>;

/** How often the queue is read while it is in sight (milliseconds): a run starts at any moment, and each reading asks the driver of the devices. */
const POLL_MS = 2_000;

export interface QueueView {
  /** In the order in which they start; null until the engine has answered. */
  runs: readonly WaitingRun[] | null;
  /** Why the engine does not answer, or refused a change; null when all is well. */
  problem: Problem | null;
  /** Whether a change is under way. */
  isBusy: boolean;
  /** Changes the queue. @returns whether the engine did it */
  change: (ask: (client: QueueClient) => Promise<Answer<{ runs: WaitingRun[] }>>) => Promise<boolean>;
}

/** Reads the queue again and again while the page is visible. @param client null while there is no connection */
export function useQueue(client: QueueClient | null): QueueView {
  const [runs, setRuns] = useState<readonly WaitingRun[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  /** Counts changes: an answer that was asked for before one tells of an older queue. */
  const changes = useRef(0);
  useEffect(() => {
    if (client === null) return undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      clearTimeout(timer);
      const before = changes.current;
      const answer = document.hidden ? null : await call(client.queue({}));
      if (isOver) return;
      if (answer !== null && before === changes.current) {
        setProblem(answer.ok ? null : answer.error);
        if (answer.ok) setRuns(answer.value.runs);
      }
      clearTimeout(timer);
      timer = setTimeout(() => void read(), POLL_MS);
    };
    const onVisible = (): void => {
      if (!document.hidden) void read();
    };
    document.addEventListener('visibilitychange', onVisible);
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [client]);
  const change = useCallback<QueueView['change']>(
    async (ask) => {
      if (client === null) return false;
      setBusy(true);
      changes.current += 1;
      const answer = await call(ask(client));
      changes.current += 1;
      setBusy(false);
      setRefusal(answer.ok ? null : answer.error);
      if (answer.ok) setRuns(answer.value.runs);
      return answer.ok;
    },
    [client],
  );
  return { runs, problem: problem ?? refusal, isBusy, change };
}
